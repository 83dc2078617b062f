"""The shape of other rules of admission."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, IntegerField, SelectMultipleField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional, Regexp

from portal.corporate.admission import rules
from portal.corporate.admission.actions import Wanted
from portal.corporate.admission.models import AdmissionRules
from portal.corporate.admission.words import countries

MOST_NIGHTS = 10_000
MOST_TEXT = 6_000
MOST_DOMAINS = 20_000
NEEDED = _l("Both languages are needed: applicants read their own.")


class AdmissionForm(FlaskForm):
    """Every rule of a version; `version` is the one that it follows."""

    version = HiddenField(validators=[Regexp(r"^[0-9]{1,9}$")])
    min_nights = IntegerField(
        _l("Nights a year that a company should expect"),
        validators=[
            InputRequired(_l("Enter a number; 0 asks for none.")),
            NumberRange(min=0, max=MOST_NIGHTS, message=_l("Enter a number from 0 to 10,000.")),
        ],
        description=_l("Fewer may apply too; you see it beside their application."),
    )
    needs_legal_entity = BooleanField(_l("Only registered companies and other legal entities"))
    countries = SelectMultipleField(
        _l("Countries"),
        validators=[Optional()],
        description=_l("None chosen: every country. Others may apply too; you see it beside them."),
        render_kw={"size": 8},
    )
    mail_services = TextAreaField(
        _l("Mail services that prove no employer"),
        validators=[Optional(), Length(max=MOST_DOMAINS)],
        description=_l("One domain a line. Their addresses are refused, and told to use the company's own."),
        render_kw={"rows": 8, "spellcheck": "false"},
    )
    terms_en = TextAreaField(
        _l("Terms, in English"), [DataRequired(NEEDED), Length(max=MOST_TEXT)], render_kw={"rows": 6}
    )
    terms_ru = TextAreaField(
        _l("Terms, in Russian"), [DataRequired(NEEDED), Length(max=MOST_TEXT)], render_kw={"rows": 6}
    )
    privacy_en = TextAreaField(
        _l("Privacy notice, in English"), [DataRequired(NEEDED), Length(max=MOST_TEXT)], render_kw={"rows": 6}
    )
    privacy_ru = TextAreaField(
        _l("Privacy notice, in Russian"), [DataRequired(NEEDED), Length(max=MOST_TEXT)], render_kw={"rows": 6}
    )

    def fit(self) -> None:
        """Offer the countries of the world, by name."""
        self.countries.choices = countries()

    def show(self, version: AdmissionRules) -> None:
        """Fill in a version, to be changed."""
        self.version.data = str(version.version)
        self.min_nights.data = version.min_nights
        self.needs_legal_entity.data = version.needs_legal_entity
        self.countries.data = list(version.countries)
        self.mail_services.data = "\n".join(version.mail_services)
        self.terms_en.data, self.terms_ru.data = version.terms["en"], version.terms["ru"]
        self.privacy_en.data, self.privacy_ru.data = version.privacy["en"], version.privacy["ru"]

    def wanted(self) -> Wanted:
        """What was entered. Raises `NotADomain`."""
        return Wanted(
            min_nights=self.min_nights.data or 0,
            needs_legal_entity=bool(self.needs_legal_entity.data),
            countries=sorted(self.countries.data or ()),
            mail_services=rules.read_domains(self.mail_services.data or ""),
            terms={"en": self.terms_en.data or "", "ru": self.terms_ru.data or ""},
            privacy={"en": self.privacy_en.data or "", "ru": self.privacy_ru.data or ""},
        )
