import { Dialog } from '@base-ui/react/dialog'
import { useState } from 'react'
import { Link } from 'wouter'
import type { Destination } from './destinations.ts'
import { Icon } from './icons.tsx'
import { KeyButton } from './key-dialog.tsx'
import { ThemeSwitch } from './theme.tsx'

/** What has no place in the bar of a phone. */
export function MoreDialog({ destinations }: { readonly destinations: readonly Destination[] }) {
  const [open, setOpen] = useState(false)
  return (
    <Dialog.Root open={open} onOpenChange={setOpen}>
      <Dialog.Trigger>
        <Icon name="more" />
        More
      </Dialog.Trigger>
      <Dialog.Portal>
        <Dialog.Backdrop className="backdrop" />
        <Dialog.Popup className="dialog more">
          <Dialog.Title>More</Dialog.Title>
          <ul>
            {destinations.map(({ page, title, href }) => (
              <li key={page}>
                <Link href={href} onClick={() => setOpen(false)}>
                  <Icon name={page} />
                  {title}
                </Link>
              </li>
            ))}
          </ul>
          <ThemeSwitch />
          <div className="row end">
            <KeyButton />
            <Dialog.Close className="button primary">Close</Dialog.Close>
          </div>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  )
}
