"""Companies apply to join: the rules of admission, applications, what was said, and domains of accounts.

The first version of the rules of admission comes with the tables, so that there is a form to fill in.
"""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0047"
down_revision = "0046"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MAIL_SERVICES = (
    "126.com 163.com abv.bg aol.com bk.ru bol.com.br centrum.cz ebay.com email.cz free.fr freemail.hu freenet.de "
    "gmail.com gmx.at gmx.ch gmx.com gmx.de gmx.net googlemail.com hey.com hotmail.co.uk hotmail.com hotmail.es "
    "hotmail.fr hotmail.it icloud.com inbox.lv inbox.ru interia.pl internet.ru laposte.net libero.it list.ru "
    "live.co.uk live.com live.fr mac.com mail.bg mail.com mail.de mail.ee mail.ru mailinator.com me.com msn.com "
    "myrambler.ru naver.com o2.pl onet.pl orange.fr outlook.com outlook.de outlook.es outlook.fr outlook.pt "
    "pm.me proton.me protonmail.com qq.com rambler.ru rediffmail.com ro.ru sapo.pt seznam.cz sfr.fr t-online.de "
    "telenet.be terra.com.br tiscali.it tuta.com tutanota.com ukr.net uol.com.br virgilio.it vk.com wanadoo.fr "
    "web.de wp.pl ya.ru yahoo.co.jp yahoo.co.uk yahoo.com yahoo.de yahoo.es yahoo.fr yahoo.it yandex.by "
    "yandex.com yandex.kz yandex.ru yopmail.com zoho.com"
)
TERMS = {
    "en": (
        "The company takes part in the loyalty programme of the hotel group. Nights, spend and bookings of its people "
        "count for the company; points belong to the company. Tiers, points and discounts follow the rules of the "
        "programme in the version in force, which the company reads in the portal; a change is told beforehand. The "
        "company names an administrator, who invites its people and answers for what they book. Either side may end "
        "this at the end of a month."
    ),
    "ru": (
        "Компания участвует в программе лояльности гостиничной сети. Ночи, траты и заказы её сотрудников засчитываются "
        "компании; баллы принадлежат компании. Уровни, баллы и скидки определяются действующей версией правил "
        "программы, с которой компания знакомится на портале; об изменениях предупреждают заранее. Компания назначает "
        "администратора, который приглашает сотрудников и отвечает за их заказы. Любая сторона может прекратить "
        "участие с конца месяца."
    ),
}
PRIVACY = {
    "en": (
        "We keep what you enter in order to decide on the application and to run the account: the company, its tax "
        "number, your name and your work address. Nobody outside the hotel group receives it. What nobody confirms is "
        "erased after seven days. You can read, export and have erased what we know of you."
    ),
    "ru": (
        "Мы храним введённые данные, чтобы принять решение по заявке и вести счёт: компанию, её налоговый номер, ваше "
        "имя и рабочий адрес. За пределы гостиничной сети они не передаются. Неподтверждённая заявка удаляется через "
        "семь дней. Вы можете прочитать, выгрузить и попросить удалить всё, что мы о вас знаем."
    ),
}
CHECKS = {
    "outcome_known": "outcome IN ('approved', 'declined', 'withdrawn')",
    "nights_not_negative": "nights_a_year >= 0",
    "settled_with_outcome": "(outcome IS NULL) = (settled_at IS NULL)",
    "settled_once_confirmed": "outcome IS NULL OR confirmed_at IS NOT NULL",
    "approved_with_account": "(COALESCE(outcome, '') = 'approved') = (account_id IS NOT NULL)",
    "settled_by_the_hotel": (
        "(COALESCE(outcome, '') IN ('approved', 'declined')) = (settled_by_id IS NOT NULL)"
    ),
    "declined_with_reason": "outcome <> 'declined' OR settled_words <> ''",
}


def upgrade() -> None:
    op.create_table(
        "account_domain",
        sa.Column("id", ID, nullable=False),
        sa.Column("account_id", ID, nullable=False),
        sa.Column("domain", sa.String(), nullable=False),
        _instant("added_at"),
        _key("account_domain", "account_id", "account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_domain")),
        sa.UniqueConstraint("domain", name=op.f("uq_account_domain_domain")),
    )
    op.create_index(op.f("ix_account_domain_account_id"), "account_domain", ["account_id"])
    _lay_rules()
    _lay_applications()
    _lay_words()


def _lay_rules() -> None:
    document = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
    table = op.create_table(
        "admission_rules",
        sa.Column("id", ID, nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        _instant("published_at"),
        sa.Column("published_by_id", ID, nullable=True),
        sa.Column("min_nights", sa.BigInteger(), nullable=False),
        sa.Column("needs_legal_entity", sa.Boolean(), nullable=False),
        *(
            sa.Column(name, document, nullable=False)
            for name in ("countries", "mail_services", "terms", "privacy")
        ),
        sa.CheckConstraint("min_nights >= 0", name=op.f("ck_admission_rules_min_nights_not_negative")),
        _key("admission_rules", "published_by_id", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_admission_rules")),
        sa.UniqueConstraint("version", name=op.f("uq_admission_rules_version")),
    )
    op.create_index(op.f("ix_admission_rules_published_by_id"), "admission_rules", ["published_by_id"])
    first = {
        "version": 1,
        "published_at": datetime(2026, 1, 1, tzinfo=UTC),
        "min_nights": 10,
        "needs_legal_entity": True,
        "countries": [],
        "mail_services": MAIL_SERVICES.split(),
        "terms": TERMS,
        "privacy": PRIVACY,
    }
    op.bulk_insert(table, [first])


def _lay_applications() -> None:
    words = ("company", "search_key", "country", "tax_number", "tax_checked_by")
    more = ("code", "note", "applicant", "email", "domain", "locale")
    op.create_table(
        "application",
        sa.Column("id", ID, nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in words),
        sa.Column("is_legal_entity", sa.Boolean(), nullable=False),
        sa.Column("nights_a_year", sa.BigInteger(), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in more),
        sa.Column("rules_id", ID, nullable=False),
        _instant("sent_at"),
        _instant("confirmed_at", nullable=True),
        _instant("asked_at", nullable=True),
        sa.Column("outcome", sa.String(), nullable=True),
        _instant("settled_at", nullable=True),
        sa.Column("settled_by_id", ID, nullable=True),
        sa.Column("settled_words", sa.String(), nullable=False),
        sa.Column("account_id", ID, nullable=True),
        *(sa.CheckConstraint(check, name=op.f(f"ck_application_{name}")) for name, check in CHECKS.items()),
        _key("application", "rules_id", "admission_rules"),
        _key("application", "settled_by_id", "person"),
        _key("application", "account_id", "account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_application")),
        sa.UniqueConstraint("public_id", name=op.f("uq_application_public_id")),
    )
    op.create_index("ix_application_confirmed", "application", ["confirmed_at", "id"])
    op.create_index("ix_application_tax_number", "application", ["country", "tax_number"])
    for column in ("rules_id", "settled_by_id", "account_id"):
        op.create_index(op.f(f"ix_application_{column}"), "application", [column])
    _unique("open", ["email"], "outcome IS NULL")
    _unique("approved", ["country", "tax_number"], "outcome = 'approved'")


def _lay_words() -> None:
    op.create_table(
        "application_word",
        sa.Column("id", ID, nullable=False),
        sa.Column("application_id", ID, nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("by_id", ID, nullable=True),
        _instant("at"),
        _key("application_word", "application_id", "application"),
        _key("application_word", "by_id", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_application_word")),
    )
    op.create_table(
        "application_link",
        sa.Column("id", ID, nullable=False),
        sa.Column("application_id", ID, nullable=False),
        sa.Column("token_digest", sa.String(), nullable=False),
        _instant("sent_at"),
        _key("application_link", "application_id", "application"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_application_link")),
        sa.UniqueConstraint("token_digest", name=op.f("uq_application_link_token_digest")),
    )
    for table, column in (
        ("application_word", "application_id"),
        ("application_word", "by_id"),
        ("application_link", "application_id"),
    ):
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column])


def _instant(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _key(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}"))


def _unique(name: str, columns: list[str], where: str) -> None:
    op.create_index(
        f"uq_application_{name}", "application", columns, unique=True,
        sqlite_where=sa.text(where), postgresql_where=sa.text(where),
    )  # fmt: skip


def downgrade() -> None:
    for table in ("application_link", "application_word", "application", "admission_rules", "account_domain"):
        op.drop_table(table)
