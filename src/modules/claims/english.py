"""What English sentences claim."""

import re
from collections.abc import Mapping, Sequence

from modules.claims.detect import Grammar, Kind, compiled

_VISIT = r"(?:appointment|booking|reservation|slot|visit|viewing|consultation|table|place|session|test drive|rental)"
_DONE = (
    r"(?:is|are|s|re|has been|have been|was|were|got|is being|s been|has|ve been)"
    r"(?: now| all| just| already| been| successfully| also)*"
)
_DID = r"(?:i ve|i have|i|we ve|we have|we|i just|i ve just|i have just|just)(?: now| just| already| also| got| gone ahead and)*"
_STAFF = (
    r"(?:we|they|he|she|someone|somebody|a colleague|my colleague|the team|the manager|the doctor|the garage|the owner"
    r"|the workshop|an advisor|a technician|an agent|mr \w+|mrs \w+|ms \w+|dr \w+|i)"
)
_WILL = r"(?: will|ll| ll| is going to|s going to| s going to| are going to|re going to| re going to)"
_CALL = (
    r"(?:call|ring|phone|contact|get back to|get in touch|be in touch|follow up|reach out|text|email|return your call)"
)

_CLAIMS: Mapping[Kind, Sequence[str]] = {
    "booked": (
        rf"\b{_VISIT}\b.*\b{_DONE} (?:confirmed|booked|made|scheduled|reserved|set|arranged|secured|fixed|yours|"
        rf"in\b)",
        r"\byou (?:re|are) (?:all )?(?:booked|set|scheduled|confirmed|down for|in the (?:diary|calendar)|"
        r"registered|expected)",
        rf"\b{_DID} (?:booked|reserved|scheduled|arranged|confirmed|secured)",
        rf"\b{_DID} (?:put|got|have) you down",
        rf"\b{_DID} (?:made|added|entered|set up)\b.*\b{_VISIT}",
        rf"\bi (?:can )?confirm (?:your|the|that your|that the) {_VISIT}",
        r"\b(?:it|that)(?: s| is) (?:all )?(?:booked|confirmed|reserved|scheduled|arranged)",
        rf"\byou have (?:an?|your) {_VISIT}",
        r"\bwe (?:re|are) expecting you",
        r"\bwe ll see you|^see you (?:on|at|tomorrow|monday|tuesday|wednesday|thursday|friday|saturday|sunday)",
        r"\bconsider it (?:booked|done)",
        rf"\b{_VISIT} is (?:yours|in the (?:diary|calendar))",
    ),
    "changed": (
        rf"\b{_VISIT}\b.*\b{_DONE} (?:moved|rescheduled|changed|updated|pushed|shifted|postponed|brought forward)",
        rf"\b{_VISIT} (?:is|s) now (?:on|at|for)",
        rf"\b{_DID} (?:moved|rescheduled|changed|updated|pushed|brought|switched|shifted|postponed)",
        r"\b(?:it|that|time|date|there it)\b.*(?: s| is| has| been)+ (?:moved|rescheduled|changed|pushed|shifted|"
        r"switched)",
        r"\b(?:change|move|update)\b.*\b(?:has|s|is)\b.*\b(?:saved|gone through|made|confirmed|recorded)",
        rf"\bnew (?:slot|time|date|appointment)\b.*\b{_DONE} (?:confirmed|booked|saved|set)",
        r"\byou(?: ve| have) been (?:moved|rescheduled)",
        r"\bnow on (?:monday|tuesday|wednesday|thursday|friday|saturday|sunday)",
    ),
    "cancelled": (
        rf"\b{_VISIT}\b.*\b{_DONE} (?:cancell?ed|deleted|removed|released|off$|off\b)",
        rf"\b{_DID} (?:cancell?ed|deleted|removed|released)",
        rf"\b{_DID} taken you off",
        rf"\bcancellation\b.*\b(?:has gone through|{_DONE} (?:confirmed|done|recorded|complete\w*))",
        r"\bconfirm the cancellation",
        r"\b(?:it|that)(?: s| is| has)(?: been| now)* cancell?ed",
        rf"\byou no longer have (?:an?|any) {_VISIT}",
        r"\bi ll cancel it (?:right away|now|for you)",
    ),
    "noted": (
        r"^(?:well |duly )?noted$",
        rf"\b(?:message|request|complaint|order|details|note|problem|issue|callback request|file|manager|team|"
        rf"workshop|owner)\b.*\b{_DONE} (?:recorded|forwarded|passed on|saved|logged|registered|placed|notified|"
        rf"informed|reported|taken|noted|received|told)",
        rf"\bticket\b.*\b{_DONE} (?:created|opened|logged)",
        rf"\b{_DID} (?:taken|took|noted|passed|forwarded|left|written|wrote|saved|recorded|logged|reported|"
        rf"registered|placed|notified|informed|told|added|opened|created|let|gave|given)\b",
        rf"\b{_DID} made a note",
        r"\bi have your message",
        r"\bi (?:m|am) passing (?:your|the|it|on)",
        r"\bi ll (?:pass|forward)\b.*\b(?:message|request|it|that|on)\b",
    ),
    "sent": (
        rf"\b{_DID} (?:sent|texted|emailed|e mailed|messaged|mailed)",
        rf"\b(?:text|sms|email|e mail|message|link|quote|confirmation|documents?|details|"
        rf"invoice)\b.*\b(?:{_DONE} (?:sent|emailed|texted|on its way|in your inbox|gone out)|went out|"
        rf"has gone out)",
        r"\byou(?: ll| will) (?:get|receive|find)\b.*\b(?:text|sms|email|e mail|message|link|confirmation)",
        r"\byou ve (?:received|got)\b.*\b(?:text|sms|email|e mail)",
        r"\bi (?:m|am) (?:sending|texting|emailing)",
        r"\b(?:i|we)(?: ll| will) (?:send|email|text|message)\b",
        r"\bwe ve sent\b",
        r"\btext i just sent",
    ),
    "transferred": (
        r"\b(?:i m|i am|i ll|i will|let me|while i|we re) (?:now )?(?:transfer|put|connect|hand|redirect|pass|"
        r"forward)(?:ting|ring|ing|ing)? (?:you|your call|through)",
        r"\bi (?:m|am) (?:transferring|putting you through|connecting|handing|redirecting|passing you)",
        r"^(?:now )?(?:connecting|transferring) you",
        r"\b(?:your call|you)(?: is| re| are| s)* being (?:transferred|put through|connected)",
        r"\bi(?: ve| have) (?:transferred|put you through|connected)",
        r"\bsomeone will be right with you",
        r"\bstay on the line",
    ),
    "promised": (
        rf"\b{_STAFF}{_WILL} (?:also |then |personally )?{_CALL}",
        rf"\b{_STAFF}{_WILL} (?:come|deliver|let you know|keep you|take care|check with"
        r"|give you (?!the (?:address|number|price|hours)|our|an idea)\w+|refund|"
        rf"put\b.*aside|hold|make sure|get you|handle|sort|fix|order)",
        r"\byou(?: ll| will) (?:be (?:called|contacted|refunded|informed|notified|reimbursed)|get a (?:refund|"
        r"discount|call)|have an answer|hear from)",
        r"\bi ll (?:ask|have|tell|make sure|get) (?:a colleague|someone|somebody|them|the team|the manager|him|"
        r"her|they)\b",
        r"\b(?:it|car|order|file|request|part|that|this)(?: ll| will) be (?:ready|delivered|done|dealt with|"
        r"handled|repaired|fixed|finished|processed)",
        r"\b(?:i|we) guarantee",
        r"\bset aside\b|\bput aside for you",
        r"\bexpect a call|\bcan expect a call",
        r"\bkeep you (?:posted|informed|updated)",
    ),
}

_THING = (
    r"(?:appointment|booking|reservation|slot|visit|viewing|consultation|table|room|place|class|test drive|message|request"
    r"|quote|text|sms|link|order|file|time|date|cancellation|complaint|session|confirmation|invoice|parcel)"
)
_DID_SO = (
    r"(?!checked|looked|understood|noticed|wanted|needed|asked|listened|heard|seen|tried)"
    r"(?:\w+ed|put|made|left|written|wrote|sent|got|taken|took|given|gave|told|let|set|spoken|spoke|brought|squeezed|kept|held|slid)\b"
)
# What an agent does while it talks, which is no deed.
_TALK = (
    r"(?:look|check(?! with)|see|try|repeat|explain|spell|read|need|be|have to|think|say|wait|listen|ask you|take your|help"
    r"|find|search|go through|tell you"
    r"|give you (?:the|our|some|an? (?:idea|price|example)))\b"
)
_BUSINESS = r"(?:be open|be closed|be able|open|close|cost|need|depend|work\b|suit|do\b|take (?:an?|one|two|about|up))"

_DEEDS = (
    rf"\b(?:i|we)(?: ve| have)?(?: now| just| already| also| even| gladly)* {_DID_SO}",
    r"\b(?:i|we) (?:managed to|was able to|were able to|went ahead)\b",
    r"^(?:reserved|booked|cancell?ed|moved|sent|noted|changed|deleted) (?:it|that|them|you)\b",
    r"^(?:ok |okay |now |right |alright |great )*(?:putting|handing|transferring|connecting|getting|passing|sending|booking)\b",
    r"\bi m (?!looking|checking|listening|calling|missing|going to (?:look|check|see)|getting you wrong)"
    r"\w+ing (?:you|your|my|the|that|it|this|a)\b",
    r"\bthat s you \w+ed\b|\byou re (?:on the list|in for|all set|good to go|sorted)\b",
    rf"\b(?:your|the)\b.*\b{_THING}\b.*\b(?:{_DONE}|has|have) "
    r"(?!free|open|closed|available|required|possible|necessary|due|included|part|changed|still|not|full|fully|a\b|an\b"
    r"|the\b|on the|at\b|for\b|with\b|about\b|between\b)(?:\w+ed|gone|reached|moving|on its way|in your|there|set|made|taken)\b",
    r"\b(?:boss|manager|owner|team|workshop|doctor|they|he|she)\b.*\b(?:is|are|s|re) (?:now )?aware\b",
    rf"\b(?:we|they|he|she|someone|somebody|(?:the|a|an|your|our|my) \w+|mr \w+|mrs \w+|dr \w+)"
    rf"(?: will| ll|{_WILL}) (?!{_BUSINESS})\w+",
    rf"\bi(?: will| ll| m going to) (?!{_TALK})\w+",
    r"\byou(?: will| ll) (?!be able|have to|need|find\b|see (?:an?|the|us)\b|notice|reach us)\w+",
    r"\byou re (?:now |all |already )?(?!welcome|right|looking|asking|calling|interested|closed|located)"
    r"\w+(?:ed|t|n) (?:in|for|down|on)\b",
    r"\b(?:is|are) (?:now )?(?:seeing|meeting|visiting|calling|ringing|expecting|transferring|refunding) you\b",
    r"\byour \w+(?: \w+)? (?:is|are|s) (?:now |all |already )?"
    r"(?:on|set|in|down|booked|scheduled|confirmed|arranged|sorted|fixed)\b",
    r"\b(?:the|a|your) \w+ (?:arrives|comes|comes over|drops by|is coming|is on (?:his|her|their|its|the) way)\b",
    r"^(?:kept|held|saved|reserved|booked|put) (?:it|one|that|a place|a slot)\b",
    r"\bthe link is there\b|\bis in your (?:messages|inbox|texts)\b|\bhold on$",
)
_KINDS: Mapping[Kind, Sequence[str]] = {
    "cancelled": (r"cancel|delet|remov|releas|taken (?:out|off)|is gone",),
    "changed": (r"\bmov|reschedul|chang|updat|pushed|shift|postpon|forward to|correct",),
    "promised": (r"\bcall\b|\bring\b|\bphone\b|hear from|answer for|fixed|come over|repair|ready|will see(?! you)",),
    "transferred": (r"transfer|put(?:ting)? (?:you )?through|hand(?:ing)? you|connect|redirect|on the line|hold on",),
    "sent": (r"\bsent\b|\bsend|text|sms|mail|\blink\b|inbox|invoice",),
    "booked": (
        r"book|reserv|appointment|slot|pencil|squeez|schedul|arrang|\bset for\b|on the list|will see you|saved",
    ),
}

ENGLISH = Grammar(
    opening=re.compile(
        r"(?:if|once|before|as soon as|when|to (?:confirm|change|cancel|be|sum|book|move|make|take)|for a|would you|shall i"
        r"|should i|may i|can i|could i|do you|have you|did|has|tell me|only)\b"
    ),
    denied=re.compile(
        r"\b(?:not|no|nothing|nobody|never|none|unfortunately|couldn|can t|cannot|isn t|wasn t|hasn t|haven t|doesn t|don t"
        r"|didn t|won t|aren t|unable|failed|without)\b"
    ),
    possible=re.compile(
        r"\b(?:can(?! confirm| expect)|could|may|might|would|should|shall|need to|have to|ll have to|must|usually|always"
        r"|generally|normally|often|if|whether|when it|suggest|will be able|ll be able|need your|only)\b"
        r"|^(?:appointments|bookings|quotes|refunds|discounts|viewings|visits|cancelling|cancellations)\b"
        r"|^(?:an?|the next) (?:appointment|deposit|cancellation)\b|^(?:please )?note\b|\bhas just been taken\b"
    ),
    even_so={
        "promised": re.compile(r"\blet you know when\b|\bwill call you back when\b"),
        "cancelled": re.compile(
            r"\byou no longer have (?:an?|any) \w+|\byour (?:appointment|booking|reservation) no longer"
        ),
    },
    claims=compiled(_CLAIMS),
    deeds=re.compile("|".join(_DEEDS)),
    kinds=compiled(_KINDS),
)
