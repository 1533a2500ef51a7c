from __future__ import annotations

import polars as pl

from custintel.load.visits.gateways import is_gateway


def test_payment_pages_are_known_by_their_domain_and_whatever_is_below() -> None:
    pages = pl.Series(
        [
            "checkout.wompi.co",
            "secure.payulatam.com",
            "secure.epayco.co",
            "www.mercadopago.com.mx",
            "registro.pse.com.co",
            "checkout.bold.co",
            "gateway.addi.com",
            "cdn.kushkipagos.com",
            "webpay3g.transbank.cl",
            "sis.redsys.es",
            "hooks.stripe.com",
            "www.paypal.com",
            "PayPal.com",
            " checkout.wompi.co ",
        ]
    )
    assert is_gateway(pages).all()


def test_other_sites_are_no_payment_pages() -> None:
    pages = ["google", "facebook.com", "wompi", "notwompi.co", "wompi.co.example", "stripe-blog.example", "", None]
    assert not is_gateway(pl.Series(pages)).any()
