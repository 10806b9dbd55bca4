# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Customers of the shop, through its public API."""

from __future__ import annotations

from typing import Any

import requests

FAILED = "... on ErrorResult { errorCode message }"
ORDER = f"{{ ... on Order {{ id state }} {FAILED} }}"
ADDRESS = {
    "fullName": "Hayden Zieme",
    "streetLine1": "7 Oxford Street",
    "city": "London",
    "postalCode": "W1D 1BS",
    "countryCode": "GB",
}


class Shopper:
    """A customer who is logged in."""

    def __init__(self, shop_url: str, email: str, password: str = "test") -> None:
        self.url = f"{shop_url}/shop-api"
        self.session = requests.Session()
        login = (
            "mutation($u: String!, $p: String!) { login(username: $u, password: $p)"
            f" {{ ... on CurrentUser {{ id }} {FAILED} }} }}"
        )
        self.ask(login, u=email, p=password)

    def ask(self, query: str, **variables: Any) -> Any:
        """Return the answer to an operation; refusals are errors."""
        body = {"query": query, "variables": variables}
        response = self.session.post(self.url, json=body, timeout=60)
        if token := response.headers.get("vendure-auth-token"):
            self.session.headers["authorization"] = f"Bearer {token}"
        answer = response.json()
        assert not answer.get("errors"), answer["errors"]
        (data,) = answer["data"].values()
        assert not (isinstance(data, dict) and "errorCode" in data), data
        return data

    def place(self, quantities: dict[str, int], coupon: str = "") -> str:
        """Order variants, with a coupon, pay, and return the id of the order."""
        for variant, quantity in quantities.items():
            add = "mutation($v: ID!, $q: Int!) { addItemToOrder("
            add += f"productVariantId: $v, quantity: $q) {ORDER} }}"
            self.ask(add, v=variant, q=quantity)
        if coupon:
            apply = "mutation($c: String!) { applyCouponCode(couponCode: $c)"
            self.ask(f"{apply} {ORDER} }}", c=coupon)
        for what in ("Shipping", "Billing"):
            self.ask(
                "mutation($i: CreateAddressInput!) "
                f"{{ setOrder{what}Address(input: $i) {ORDER} }}",
                i=ADDRESS,
            )
        method = self.ask("{ eligibleShippingMethods { id } }")[0]["id"]
        ship = "mutation($i: [ID!]!) { setOrderShippingMethod(shippingMethodId: $i)"
        self.ask(f"{ship} {ORDER} }}", i=[method])
        arrange = 'mutation { transitionOrderToState(state: "ArrangingPayment")'
        self.ask(f"{arrange} {ORDER} }}")
        pay = 'mutation { addPaymentToOrder(input: {method: "standard-payment", '
        return self.ask(f"{pay} metadata: {{}}}}) {ORDER} }}")["id"]
