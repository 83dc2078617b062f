"""What a survey says when something cannot be kept, or its link opens nothing."""

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from portal.programme.rules import Refusal
from portal.surveys.invitations import rules as links
from portal.surveys.questionnaires import rules as questionnaires
from portal.surveys.submissions import rules

REFUSALS: dict[type[Refusal], LazyString] = {
    questionnaires.AnswerMissing: _l("Choose one of the numbers, then continue."),
    questionnaires.OffTheScale: _l("Choose a number from %(least)s to %(most)s."),
    questionnaires.NotOffered: _l("That was not among the choices. Choose again from the list."),
    questionnaires.NobodyThanked: _l("Choose whom your words are for, so that they reach them."),
    questionnaires.TooManyWords: _l("Please shorten it: %(have)s characters of at most %(most)s."),
    rules.StillUnanswered: _l("One question still needs an answer before the survey can be sent."),
    rules.QuestionUnknown: _l("This survey does not ask that."),
}
LINKS: dict[type[links.LinkRefused], tuple[LazyString, LazyString]] = {
    links.LinkUnknown: (
        _l("This link opens no survey"),
        _l("It may have been cut off in the letter. Open it once more from there, or copy all of it."),
    ),
    links.TakenBack: (
        _l("This is no longer asked"),
        _l("What the letter was about was undone, or you chose not to be asked. Nothing is to be answered."),
    ),
    links.LinkExpired: (
        _l("This survey is closed"),
        _l("Its link was open for three weeks. What you had answered before was kept but not sent."),
    ),
    links.SubmittedAlready: (
        _l("Your answer is with us"),
        _l("This survey takes one answer, and it has arrived. Nothing was added or changed now."),
    ),
}


def refused(refusal: Refusal) -> str:
    return str(REFUSALS[type(refusal)]) % refusal.values
