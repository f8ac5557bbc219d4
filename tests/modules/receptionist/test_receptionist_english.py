"""What English callers say, and what it is taken for."""

import pytest

from tests.modules.receptionist.desk import CallerOf

_ALL = ("svc_check", "svc_clean", "svc_white", "svc_crown", "svc_fill")
UTTERANCES = [
    ("hello", "greeting", ()),
    ("hi there good morning", "greeting", ()),
    ("What are your opening hours?", "opening_hours", ("hours",)),
    ("hi I'd like to know your hours please", "opening_hours", ("hours",)),
    ("are you open today", "opening_hours", ("hours",)),
    ("what time do you close", "opening_hours", ("hours",)),
    ("what time do you open tomorrow", "opening_hours", ("hours",)),
    ("are you open on Sunday?", "opening_hours", ("hours",)),
    ("and on Saturdays?", "opening_hours", ("hours",)),
    ("are you open right now", "opening_hours", ("hours",)),
    ("is the practice still open", "opening_hours", ("hours",)),
    ("which days are you closed", "opening_hours", ("hours",)),
    ("how late are you open on Friday", "opening_hours", ("hours",)),
    ("when do you close tonight", "opening_hours", ("hours",)),
    ("do you open at weekends", "opening_hours", ("hours",)),
    ("What's your address?", "address", ("address",)),
    ("where are you located", "address", ("address",)),
    ("where exactly are you", "address", ("address",)),
    ("how do I get to you", "address", ("address",)),
    ("which street are you on", "address", ("address",)),
    ("could you give me the address please", "address", ("address",)),
    ("what's your phone number", "contact", ("phone",)),
    ("can I have a contact number", "contact", ("phone",)),
    ("what's your email address", "contact", ("email",)),
    ("can I email you something", "contact", ("email",)),
    ("do you have a website", "contact", ("website",)),
    ("what services do you offer", "services", _ALL),
    ("what do you do", "services", _ALL),
    ("what kind of treatments are available", "services", _ALL),
    ("do you do teeth whitening", "services", ("svc_white",)),
    ("how much is a check-up", "price", ("svc_check",)),
    ("how much does whitening cost", "price", ("svc_white",)),
    ("what's the price of a white filling", "price", ("svc_fill",)),
    ("what do you charge for a scale and polish", "price", ("svc_clean",)),
    ("how much for teeth whitning", "price", ("svc_white",)),
    ("what are your prices", "price", ("svc_check", "svc_clean", "svc_white", "svc_fill")),
    ("how long does a scale and polish take", "duration", ("svc_clean",)),
    ("how long is a check up", "duration", ("svc_check",)),
    ("can I speak to someone", "transfer", ()),
    ("put me through to the manager please", "transfer", ()),
    ("I want to talk to a human", "transfer", ()),
    ("operator", "transfer", ()),
    ("get me a real person", "transfer", ()),
    ("could you transfer me please", "transfer", ()),
    ("I'd like to leave a message", "message_start", ()),
    ("can someone call me back", "message_start", ()),
    ("please get the dentist to ring me back", "message_start", ()),
    ("I'd like to book an appointment", "booking", ()),
    ("can I make an appointment for Tuesday", "booking", ()),
    ("I need to cancel my appointment", "booking", ()),
    ("do you have any slots tomorrow", "booking", ()),
    ("I want to reschedule my check-up", "booking", ()),
    ("I need to cancel", "booking", ()),
    ("thank you very much", "thanks", ()),
    ("okay thanks", "thanks", ()),
    ("goodbye", "goodbye", ()),
    ("thanks bye have a nice day", "goodbye", ()),
    ("no thanks that's all", "goodbye", ()),
    ("are you a robot", "identity", ()),
    ("who am I speaking to", "identity", ()),
    ("sorry wrong number", "wrong_number", ()),
    ("never mind", "cancelled", ()),
    ("could you say that again", "repeat", ()),
]
QUESTIONS_OF_OTHER_WORDS = [
    ("is there any parking near you", "faq_parking"),
    ("I'm coming by car, is there somewhere to leave it", "faq_parking"),
    ("can I pay by card", "faq_card"),
    ("do you take Visa", "faq_card"),
    ("do you see kids", "faq_child"),
    ("can my child come to you as a patient", "faq_child"),
    ("do you work on bank holidays", "faq_holiday"),
    ("are you open on a bank holiday Monday", "faq_holiday"),
    ("do you accept Bluebell insurance", "faq_insurance"),
    ("what insurances do you work with", "faq_insurance"),
    ("how does your cancellation policy work", "faq_cancel"),
    ("does the whitening hurt, is it painful", "faq_pain"),
    ("I use a wheelchair, can I get in", "faq_access"),
    ("is it accessible for disabled people", "faq_access"),
    ("does anybody speak Polish", "faq_lang"),
    ("what languages are spoken", "faq_lang"),
    ("do you accept new patients at the moment", "faq_new"),
    ("are you taking on any new patience", "faq_new"),
    ("do I need to make an appointment", "faq_need"),
    ("can I just walk in or is an appointment necessary", "faq_need"),
    ("I'm a very nervous patient, can you help", "faq_anxious"),
    ("do you offer sedation", "faq_anxious"),
]
NEAR_MISSES = [
    "do you deliver",
    "do you accept bitcoin",
    "do you sell sunglasses",
    "is there wifi in the waiting room",
    "do you treat horses",
    "are you hiring at the moment",
    "what's the weather like",
    "do you do tattoos",
    "is the tattoo painful",
    "can I bring my dog",
    "who won the match yesterday",
    "where is the nearest pharmacy",
    "my laptop screen is broken",
    "do you take paper vouchers from a magazine",
    "what is the capital of Australia",
    "blah blah something",
]


@pytest.mark.parametrize(("speech", "intent", "sources"), UTTERANCES)
def test_an_utterance_is_taken_for_its_intent(
    caller: CallerOf, speech: str, intent: str, sources: tuple[str, ...]
) -> None:
    reply = caller("en").says(speech)
    assert (reply.intent, reply.sources) == (intent, sources)


@pytest.mark.parametrize(("speech", "faq"), QUESTIONS_OF_OTHER_WORDS)
def test_a_question_in_other_words_finds_its_answer(caller: CallerOf, speech: str, faq: str) -> None:
    reply = caller("en").says(speech)
    assert (reply.intent, reply.sources) == ("faq", (faq,))


@pytest.mark.parametrize("speech", NEAR_MISSES)
def test_a_question_without_an_answer_is_not_answered(caller: CallerOf, speech: str) -> None:
    reply = caller("en").says(speech)
    assert (reply.intent, reply.sources) == ("unknown", ())
