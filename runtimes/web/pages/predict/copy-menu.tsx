import { Menu } from '@base-ui/react/menu'
import { useState } from 'react'
import { type FormRow, type ModelPlace, modelPath } from '../../api/models.ts'
import { snippetsOf } from '../calls/snippets.ts'

/** Copies this very row as a call. */
export function CopyMenu({ place, row }: { readonly place: ModelPlace; readonly row: FormRow }) {
  const [said, say] = useState('')
  const copy = (title: string, text: string) =>
    navigator.clipboard.writeText(text).then(
      () => say(`${title} copied.`),
      () => say('The browser does not allow copying here.'),
    )
  return (
    <span className="row">
      <Menu.Root>
        <Menu.Trigger className="button">Copy call ▾</Menu.Trigger>
        <Menu.Portal>
          <Menu.Positioner className="layer" sideOffset={4}>
            <Menu.Popup className="menu">
              {snippetsOf(`${modelPath(place)}/predict`, row).map(({ title, text }) => (
                <Menu.Item key={title} className="menu-item" onClick={() => void copy(title, text)}>
                  {title}
                </Menu.Item>
              ))}
            </Menu.Popup>
          </Menu.Positioner>
        </Menu.Portal>
      </Menu.Root>
      <button type="button" className="button" onClick={() => void copy('Link', linkTo(row))}>
        Copy link
      </button>
      <span role="status">{said}</span>
    </span>
  )
}

/** This page with this row. */
export function linkTo(row: FormRow): string {
  const url = new URL(location.href)
  url.searchParams.set('row', JSON.stringify(row))
  return url.href
}
