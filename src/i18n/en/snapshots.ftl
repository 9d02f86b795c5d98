# The page of snapshots and backups, one download link, and what goes from one VPS to another.

snapshots-title = Snapshots
snapshots-count =
    { $count ->
        [one] One snapshot
       *[other] { $count } snapshots
    }
snapshots-total = { $size } in all
snapshots-empty = KiwiVM keeps no snapshot of this VPS.
    .about = Take one before you change something that may go wrong.
snapshots-untitled = no description
snapshots-os = OS
snapshots-age = Age
snapshots-purged = Purged in
snapshots-never = never (sticky)
snapshots-about = about { $time }
snapshots-past = perhaps gone by now
snapshots-unknown = unknown
snapshots-file = File
snapshots-acts = What to do
snapshots-act-of = { $act }: { $name }
snapshots-stick = Make sticky
snapshots-unstick = Remove sticky
snapshots-restore = Restore
snapshots-delete = Delete
snapshots-export = Export
snapshots-link = Download link
snapshots-no-link = no HTTPS link
snapshots-unnamed =
    { $count ->
        [one] One has no file name: nothing can be done with it.
       *[other] { $count } have no file name: nothing can be done with them.
    }
snapshots-full = Two are sticky: as far as is known, KiwiVM refuses a third. Let one of them go first.
snapshots-spared = Restore and delete are off: { $why }.
snapshots-need-operate = Creating, copying and the sticky switch need the right “{ $right }”.
snapshots-need-manage = Download links, export, import, restore and delete need the right “{ $right }”.
snapshots-backups-empty = KiwiVM lists no backup of this VPS.
snapshots-copy = Copy to snapshot
snapshots-no-token = KiwiVM did not name it

snapshots-link-of = Download link of { $file }
snapshots-link-means = Whoever has this link has the whole disk, without signing in: every file, key and password on it. Give it to nobody, and paste it nowhere that is kept.
snapshots-link-open = Download
snapshots-link-shown = This link was shown once already. Ask for a new one on the page of the snapshots.
snapshots-link-gone = KiwiVM no longer lists this snapshot.
snapshots-link-none = KiwiVM gives no HTTPS link for this snapshot. Over HTTP anybody on the way could take the whole disk, so that link is not shown.
snapshots-link-unheard = KiwiVM was not heard.
snapshots-links-elsewhere = Download links are shown one at a time, on the page of the snapshots.
snapshots-back = Back to the snapshots

snapshots-give = Import it on another VPS
snapshots-give-to = VPS
snapshots-import-there = Import there
snapshots-import = Import from another VPS
    .about = Export and import in one step; both are in the audit log. The snapshot is only added to the list here; restoring it is a step of its own.
snapshots-import-none = You manage no other VPS of this panel.
snapshots-import-token = Import with a token from elsewhere
snapshots-import-source = From
snapshots-import-choose = Choose its snapshot
snapshots-import-another = Choose another VPS
snapshots-import-empty = KiwiVM keeps no snapshot of { $source }.
snapshots-import-submit = Import from { $source } to { $target }
snapshots-import-steps = First { $source } exports the snapshot, then { $target } imports it and is locked until it is there.
snapshots-import-not-exported = Step 1 of 2, the export, failed on { $source }. Nothing was imported to { $target }.
snapshots-import-unsure = Step 1 of 2, the export: it is not known whether { $source } did it. Nothing was imported to { $target }.
snapshots-import-not-begun = Step 1 of 2, the export, was done on { $source }. Step 2, the import, was not begun: nothing was imported to { $target }.
snapshots-import-late = Your proof of who you are ran out meanwhile. Begin again: the panel asks for it first.
snapshots-import-crowded = Many of your calls are still running. Begin again when some have ended.
snapshots-import-export = The export
