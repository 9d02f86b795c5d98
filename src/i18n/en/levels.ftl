# Rights over a VPS. Each includes those before it, except the shell, which is given on its own.

right-view = View
    .about = See the VPS and its latest data, and look things up.
right-operate = Operate
    .about = Also start, stop and restart it, take snapshots, and change what can be changed back.
right-manage = Manage
    .about = Also make calls that lose something for good, and those that hand out root or silence warnings.
right-shell = Shell
    .about = Run commands and scripts as root on the VPS.
right-admin = Admin
    .about = Everything, for every VPS: people, keys, grants and settings too.

# Roles of people.

role-admin = Admin
    .about = Looks after people, VPSes and keys, and may do everything.
role-member = Member
    .about = May do what was given to them.

# What became of an action.

outcome-accepted = Accepted
    .about = KiwiVM took the request.
    .locks = A long operation may still be running.
outcome-done = Done
outcome-answered = Answered
    .about = KiwiVM answered. This is what it says.
outcome-refused = Refused
    .about = KiwiVM said no. Nothing was done.
outcome-unknown = Unknown
    .about = The request was sent but no reply came. Look at the VPS first; do not repeat the action.
outcome-unsent = Not sent
    .about = The request never left this panel. Nothing was done.
outcome-running = Running
    .about = The request is with KiwiVM; its reply is awaited.

# What needs attention, and in .next the next step. $percent is a whole number without its sign.

attention-suspended = Suspended
    .next = See why.
    .act = See why
# $date may be the word unknown.
attention-transfer-used-up = Suspended: no transfer left
    .next =
        { $date ->
            [unknown] The transfer is used up; it comes back when it is counted anew.
           *[other] The transfer is used up; it comes back on { $date }.
        }
    .act = See usage
attention-violation = Policy violation
    .next = Resolve it before the VPS is suspended.
    .act = See why
attention-null-routed = Null-routed: { $ip }
    .next = It ends by itself.
    .act = See which
attention-transfer-high = { $percent }% of the transfer used
    .next = See what uses it.
    .act = See usage
attention-stopped = Stopped
    .next = Start it, unless this is meant.
    .act = Start
# $operation and $percent may each be the word unknown.
attention-locked =
    { $operation ->
        [unknown] Locked
       *[other] Locked: { $operation }
    }{ $percent ->
        [unknown] { "" }
       *[other] , { $percent }% done
    }
    .next = Wait: it ends by itself.
    .act = Watch progress
attention-cpu-throttled = CPU throttled
    .next = Find the busy process. It ends by itself within 2 hours.
    .act = See the use
attention-disk-throttled = Disk throttled
    .next = Find what writes so much. It ends by itself within 3 hours.
    .act = See the use
attention-renewal =
    { $days ->
        [0] To be renewed today
        [one] To be renewed tomorrow
       *[other] To be renewed in { $days } days
    }
    .next = Pay for it in time, then write down the next day.
    .act = Change the day
attention-renewal-past =
    { $days ->
        [one] To be renewed yesterday
       *[other] To be renewed { $days } days ago
    }
attention-unreachable = KiwiVM cannot be reached
    .next = The VPS may be fine: wait, or check the network of this panel.
    .act = Other ways to look
attention-key-refused = Key refused
    .next = Store the API key again.
    .act = Store the key again

# The state of a VPS.

state-running = Running
state-stopped = Stopped
state-starting = Starting
state-locked = Locked
state-suspended = Suspended
state-unchecked = Unchecked
state-unreachable = KiwiVM unreachable
state-key-refused = Key refused
state-unknown = Unknown
