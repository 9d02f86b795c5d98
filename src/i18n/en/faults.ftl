# What a call can come to beside success. The message says what happened, .next what to do.
# Nothing here may promise that a second try is safe: after a change, the outcome can be unknown.

## The way to KiwiVM. Arguments: $reason is short and from the network code; $seconds is how long
## was waited; $status is the HTTP status and $beginning the first words of the reply.

fault-unreachable = KiwiVM cannot be reached ({ $reason }). The request never left, so nothing was done.
    .next = The VPS itself may be fine. Try again in a minute; if it lasts, check the network of this panel.
fault-silent =
    { $seconds ->
        [one] KiwiVM took the request but sent no whole reply within { $seconds } second.
       *[other] KiwiVM took the request but sent no whole reply within { $seconds } seconds.
    }
    .next = A read can be tried again. A change may have been made or not: look at the VPS before you do it again.
fault-broken = The connection to KiwiVM ended before its reply was whole ({ $reason }).
    .next = A read can be tried again. A change may have been made or not: look at the VPS before you do it again.
fault-nonsense = Something answered with HTTP status { $status }, but not with a KiwiVM reply. It began: “{ $beginning }”
    .next = KiwiVM may be under maintenance, or over its call budget. A read can be tried again in a few minutes. After a change, look at the VPS first.
fault-too-long = KiwiVM sent more than this panel takes, so it stopped reading.
    .next = Trying again brings the same. A change was probably made: look at the VPS.
fault-too-many-requests = KiwiVM has had too many requests with this key and did not carry this one out.
    .next = Wait a few minutes. See whether another program uses the same key.

## KiwiVM said no. Arguments: $code and $message are KiwiVM's own.

refusal-authentication = KiwiVM did not accept the key: “{ $message }” ({ $code }). Either the API key or the VEID is wrong; KiwiVM does not say which.
    .next = Compare both with the KiwiVM panel, then store the key again.
# $operation and $percent may each be the word unknown.
refusal-locked =
    The VPS is locked by a long operation{ $operation ->
        [unknown] { "" }
       *[other] : { $operation }
    }{ $percent ->
        [unknown] { "" }
       *[other] , { $percent }% done
    }. KiwiVM did not carry this out ({ $code }).
    .next = Nothing is wrong. Wait until the operation is done, then do this again.
refusal-not-running = This works only while the VPS is running ({ $code }).
    .next = Start the VPS, then do this again.
refusal-already-running = The VPS is already running ({ $code }).
    .next = There is nothing to do. If it does not respond, try a restart.
refusal-missing-parameter = A required value is missing: “{ $message }” ({ $code }).
    .next = Fill it in and send the form again.
refusal-migration-unavailable = KiwiVM does not migrate this VPS at present ({ $code }). Its migration is away for a while, or an address of this VPS is blocked or null-routed: it says the same of all three.
    .next = Waiting some hours helps; sending it again does not, and neither does another location. If the address is blocked, the provider’s change of address is the way out.
refusal-password-needs-running = The root password can be reset only while the VPS is running ({ $code }).
    .next = Start the VPS, wait until the system is up, then do this again.
refusal-other = KiwiVM refused: “{ $message }” ({ $code }).
    .next = Nothing was done. KiwiVM's own words are all that is known; if they do not help, ask its support.
