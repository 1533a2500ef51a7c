"""What the codes about email addresses mean, in words; shown by :mod:`custintel.contactability.words`."""

from __future__ import annotations

from collections.abc import Mapping

from custintel.i18n import N_

SYNTAX_PREFIX = "syntax:"
SYNTAX: Mapping[str, str] = {
    "empty": N_("nothing in the cell"),
    "no_at": N_("no @ in it"),
    "display_name": N_("a name beside the address"),
    "several_at": N_("more than one @"),
    "comment": N_("parentheses in it"),
    "space": N_("a space in it"),
    "invisible_character": N_("an invisible character in it"),
    "local_empty": N_("nothing before the @"),
    "domain_empty": N_("nothing after the @"),
    "quoted_local": N_("quotes before the @"),
    "local_dot": N_("a stray dot before the @"),
    "local_characters": N_("odd characters before the @"),
    "domain_literal": N_("brackets after the @"),
    "domain_dot": N_("a stray dot after the @"),
    "domain_characters": N_("odd characters after the @"),
    "domain_hyphen": N_("a stray hyphen after the @"),
    "domain_idna": N_("letters no domain can have"),
    "domain_no_dot": N_("no ending such as .com"),
    "domain_numeric": N_("ends in a number, not in .com"),
    "local_too_long": N_("too long before the @"),
    "domain_label_too_long": N_("part of the domain too long"),
    "domain_too_long": N_("domain too long"),
    "too_long": N_("too long"),
    "reserved_domain": N_("a domain no mail can reach"),
    "reported": N_("a report says so"),
}
"""Why a text is no address, to follow "Not an address:"."""

OF_DOMAINS: Mapping[str, str] = {
    "mx_ok": N_("The domain accepts mail"),
    "implicit_mx": N_("May take mail, though it names no mail server"),
    "disposable_mx": N_("Its mail goes to a throwaway mail service"),
    "parked_mx": N_("The domain is parked: nobody reads its mail"),
    "nxdomain": N_("The domain does not exist"),
    "null_mx": N_("The domain says that it takes no mail"),
    "no_mail_host": N_("The domain has no mail server"),
    "mx_localhost": N_("Its mail server is set up wrong (localhost)"),
    "mx_private_ip": N_("Its mail server is inside a private network"),
    "mx_bare_ip": N_("Its mail server is set up wrong (bare IP)"),
    "mx_dangling": N_("Its mail server does not exist"),
    "spf_reject_no_mx": N_("No mail server, and it never sends mail"),
    "dns_timeout": N_("The domain's DNS did not answer in time"),
    "servfail": N_("The domain's DNS failed"),
    "refused": N_("The domain's DNS refused to answer"),
    "resolver_suspect": N_("Not looked up: the DNS server is unreliable"),
    "not_checked": N_("The domain was not looked up"),
    "mx_partly_dangling": N_("Some of its mail servers do not exist"),
    "mail_gateway": N_("A filter stands before the mailboxes"),
}
"""What the DNS said about the domain."""

OF_NAMES: Mapping[str, str] = {
    "empty": N_("Nothing in the cell"),
    "tld_unknown": N_("The ending of the domain does not exist"),
    "reserved": N_("A domain kept for examples and tests"),
    "reserved_domain": N_("A domain kept for examples and tests"),
    "disposable": N_("A throwaway address"),
    "free": N_("A free mailbox"),
    "isp": N_("A mailbox of an internet provider"),
    "relay": N_("A private address that leads to a mailbox"),
    "institution": N_("A school, university or authority"),
    "role": N_("A desk, not a person (such as info@)"),
    "eai_local": N_("Letters that many mail servers refuse"),
    "quoted_local": N_("A name in quotes, which few servers take"),
    "typo_suspected": N_("Probably a typing error in the domain"),
    "typo_live": N_("Maybe a typing error; the domain takes mail"),
    "stale": N_("No sign of life for over two years"),
}
"""What the address says by itself, and how long its owner has been silent."""

OF_REPORTS: Mapping[str, str] = {
    "confirmed": N_("A message arrived, or a verifier says so"),
    "hard_bounce": N_("A message came back for good"),
    "mailbox_not_found": N_("A verifier found no such mailbox"),
    "spamtrap": N_("A spam trap, says a verifier"),
    "full_mailbox": N_("The mailbox was full"),
    "soft_bounce": N_("The last message did not arrive"),
    "catch_all": N_("The domain takes mail for any name"),
    "blocked": N_("The server blocked the message"),
    "greylisted": N_("The server put off its answer"),
    "on_whatsapp": N_("On WhatsApp, says a report"),
    "not_on_whatsapp": N_("Not on WhatsApp, says a report"),
}
"""What reports of senders and verifiers said, of numbers too."""

SLIPS: Mapping[str, str] = {
    "no_such_ending": N_("Ends in something that does not exist"),
    "known_typo": N_("A known misspelling of a provider"),
    "look_alike": N_("One letter from a big provider"),
    "rarer": N_("One letter from a frequent domain of the list"),
}
"""Why something else was probably meant."""
