"""Which products a plan may use: those the question names, else those usual in the jurisdiction."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from eutonia.assess.limits import apply_limits, number_of
from eutonia.assess.sheet import FactSheet
from eutonia.knowledge.schema import Knowledge
from eutonia.plan.dispense import StockItem, liquid, tablet
from eutonia.record import Form, Product, Scenario
from eutonia.show import show_quantity
from eutonia.units import Quantity


def find_stock(
    scenario: Scenario, knowledge: Knowledge, sheet: FactSheet
) -> tuple[tuple[StockItem, ...], tuple[str, ...]]:
    """The shelf for this patient, and why products were left out.

    Tablets are left out below the weight for which they are licensed. Without a named stock one form is
    chosen, tablets where they can be used: nobody is asked to measure a liquid for a dose a tablet gives.
    Liquids are measured in steps kept as a limit, and one plan uses one strength of liquid: the one the patient
    has, else the weakest.
    """
    smallest = apply_limits(knowledge, sheet, "oral.liquid.smallest_volume").limits[0]
    assert isinstance(smallest.value, Quantity)
    step_ml = Fraction(smallest.value.to("mL").value)
    products: Iterable[Product] = scenario.question.stock or (
        Product(form=Form(p.form), strength=p.strength, concentration=p.concentration, scored=p.scored)
        for p in knowledge.products
        if scenario.jurisdiction.value in p.jurisdictions
    )
    items = [item for p in products if (item := stock_item(p, step_ml)) is not None]
    left_out: list[str] = []
    weight = sheet.number("weight")
    for limit in apply_limits(knowledge, sheet, "oral.tablet.weight_from").limits:
        if weight is not None and weight < number_of(limit, "kg"):
            items = [i for i in items if i.form is not Form.TABLET]
            left_out.append(limit.says)
    if not scenario.question.stock:
        preferred = next((f for f in Form if any(i.form is f for i in items)), None)
        items = [i for i in items if i.form is preferred]
    liquids = sorted({i.mg_per_unit for i in items if i.form is Form.LIQUID})
    if len(liquids) > 1:
        known = _liquid_taken(scenario)
        one = known if known in liquids else liquids[0]
        items = [i for i in items if i.form is not Form.LIQUID or i.mg_per_unit == one]
        name = next(i.name for i in items if i.form is Form.LIQUID)
        left_out.append(
            f"Of the liquids only that of {name} is used: two strengths in one plan get mixed up."
        )
    unique = {(i.form, i.mg_per_unit, i.step): i for i in items}
    return tuple(unique.values()), tuple(left_out)


def _liquid_taken(scenario: Scenario) -> Fraction | None:
    """The strength of the liquid last recorded as taken, in mg per mL."""
    products = [t.product for t in scenario.record.oral_therapy if t.product is not None]
    strengths = [p.concentration for p in products if p.concentration is not None]
    return Fraction(strengths[-1].to("mg/mL").value) if strengths else None


def stock_item(product: Product, step_ml: Fraction) -> StockItem | None:
    """A product as it is dispensed, named by its strength; None where the strength is not recorded.

    step_ml: the smallest volume of a liquid that is measured, mL.
    """
    if product.form is Form.LIQUID:
        if product.concentration is None:
            return None
        return liquid(show_quantity(product.concentration.to("mg/mL")), product.concentration, step_ml)
    if product.strength is None:
        return None
    name = show_quantity(product.strength.to("mg"))
    return tablet(name, product.strength, scored=product.scored is True, form=product.form)
