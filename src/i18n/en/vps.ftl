# The fleet, a VPS's own pages, adding many at once.

fleet-title = VPSes
fleet-count =
    { $count ->
        [one] One VPS
       *[other] { $count } VPSes
    }
fleet-running = { $count } running
fleet-attention =
    { $count ->
        [one] One needs attention
       *[other] { $count } need attention
    }
fleet-empty = No VPS yet
fleet-empty-admin = Add one with its VEID and API key, or import the CSV that the provider’s billing site exports.
fleet-empty-member = An admin can add some, or give you access to those that are here.
fleet-none-fits = Nothing fits this search
fleet-search = Search
fleet-search-hint = Label, IP, tag…
fleet-state = State
fleet-tag = Tag
fleet-location = Location
fleet-plan = Plan
fleet-transfer = Transfer
fleet-needs = Attention
fleet-updated = Updated
fleet-any = any
fleet-filter = Filter
fleet-clear = Show all
fleet-resets-in = resets in { $time }
refresh-failed = This page could not be refreshed. What you see may be old.

vps-overview = Overview
vps-calls = All calls
vps-shell = Shell
vps-audit = Audit log
vps-edit = Edit
vps-as-of = as of { $ago }
vps-saved = Saved.
vps-saved-found = Saved. KiwiVM knows it; this is what it says.
vps-not-read = Not known yet.
vps-asking = KiwiVM is being asked. This page refreshes itself.
vps-changing = The new state is being read. This page refreshes itself.
# Why something cannot be done here.
off-because = { $what }: { $why }
vps-read-failed = The last reading failed
vps-refresh = Ask again
vps-use = Usage
vps-resets = Resets on { $date }
vps-multiplier = counts × { $multiplier }
vps-disk = Disk
vps-memory = Memory
vps-swap = Swap
vps-load = Load
vps-network = Network
vps-private = Private
vps-system = System
vps-hostname = Hostname
vps-os = Operating system
vps-kind = Kind
vps-node = Node
vps-new = Add a VPS
vps-new-about = VEID and API key stand on the provider’s KiwiVM page of the VPS, under API.
vps-label = Label
vps-label-hint = What your team calls it.
vps-label-too-long = At most { $most } characters.
vps-label-taken = Another VPS has this label.
vps-veid-hint = The number of the VPS at the provider, 6 or 7 digits.
vps-veid-digits = A VEID is a number.
vps-veid-taken = This VEID is in the panel already.
vps-key = API key
vps-key-hint = It is sealed at once and never shown again.
vps-key-keep = Leave it empty to keep the present key.
vps-key-odd = A key has no spaces and at most 200 characters.
vps-key-again = Type the key again: it is never sent back to a page.
vps-pair-doubt = KiwiVM did not take this VEID and key
vps-anyway = Save them all the same
vps-tags = Tags
vps-tags-hint = Between commas.
vps-tag-too-long = A tag has at most { $most } characters.
vps-note = Note
vps-note-too-long = At most { $most } characters.
vps-panel-host = Panel’s host
vps-panel-host-hint = The panel itself runs on this VPS: it asks once more before anything interrupts it.
vps-remove = Remove from the panel
vps-remove-about = The stored key, the tags and the readings are deleted. The VPS itself is not touched. The audit log stays.
vps-remove-submit = Remove { $label }
confirm-type = Type { $label } to confirm
confirm-differs = This is not the label { $label }. Nothing was done.
power-locked = A long operation runs; KiwiVM refuses until it ends.
power-suspended = It is suspended; KiwiVM refuses until that ends.
power-key-refused = KiwiVM does not accept the key.
power-running = It is running already.
power-stopped = It is stopped already.

labels-taken = Two VPSes cannot have the same label.
labels-title = Labels and tags
labels-about = Change many at once.
labels-saved = Saved.

import-label-taken = The label { $label } is taken.
import-title = Import
import-about = The CSV with all API keys that the provider’s billing site exports. It is read here and never written to disk. Columns LABEL, TAGS and NOTE are optional.
import-file = CSV file
import-preview = Preview
import-empty = The file holds no row.
import-no-file = Choose a file.
import-columns = The first line must name the columns VEID and API_KEY.
import-unreadable = The file is not a CSV that can be read: line { $line }.
import-too-many = At most { $most } rows at a time.
import-save = Import the ticked ones
import-take = Import
import-nothing = Nothing to import.
import-expired = The preview has expired. Choose the file again.
import-row-new = new
import-row-known = known: gets this key
import-row-terminated = terminated: skipped
import-row-faulty = faulty: skipped
import-row-double = twice in the file: skipped
import-result = Result
import-done =
    { $count ->
        [one] One VPS imported. Its key is being checked; its state appears on the page of all VPSes.
       *[other] { $count } VPSes imported. Their keys are being checked; their state appears on the page of all VPSes.
    }
vps-protection = Protection
    .about = While a VPS is protected, nobody can make a call that destroys: reinstall, restore, delete and the like. It stops neither the shell nor power.
vps-protected = protected
vps-protect = Protect this VPS
vps-unprotect = Lift the protection
outlook-early = Too early in the month to say whether it lasts.
outlook-lasts = At this pace it lasts: about { $bytes } by then.
outlook-runs-out = At this pace it runs out on { $date }, { $before } before that.
