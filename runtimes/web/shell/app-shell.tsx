import { type ReactNode, useEffect } from 'react'
import { Link } from 'wouter'
import { ConnectionDot, OfflineBar } from './connection.tsx'
import { type Destination, useDestinations } from './destinations.ts'
import { Icon, Mark } from './icons.tsx'
import { KeyButton } from './key-dialog.tsx'
import { ModelSwitcher } from './model-switcher.tsx'
import { MoreDialog } from './more-dialog.tsx'
import { lastModel, useModelPlace } from './place.ts'
import { ShortcutHelp } from './shortcuts.tsx'
import { ThemeSwitch } from './theme.tsx'

/** The frame around every page: where one can go, which model it is about, whether the server answers. */
export function AppShell({ children }: { readonly children: ReactNode }) {
  const { place, page } = useModelPlace()
  const destinations = useDestinations()
  useEffect(() => {
    if (place !== undefined) lastModel.set(place.name)
  }, [place])
  const current = place === undefined ? (page === 'ops' ? 'operations' : page === 'm' ? 'models' : page) : page
  const link = ({ page: target, title, href }: Destination) => (
    <Link href={href} aria-current={target === current ? 'page' : undefined} title={title}>
      <Icon name={target} />
      <span className="word">{title}</span>
    </Link>
  )
  return (
    <>
      <a className="skip" href="#main">
        To the content
      </a>
      <div className="shell">
        <header className="rail">
          <Link className="brand" href="/">
            <Mark />
            <span className="word">Streaming at Scale</span>
          </Link>
          <ModelSwitcher id="model-rail" />
          <nav aria-label="Pages">
            <ul>
              {destinations.map(destination => (
                <li key={destination.page}>{link(destination)}</li>
              ))}
            </ul>
          </nav>
          <div className="foot">
            <KeyButton />
            <ThemeSwitch />
            <ConnectionDot />
          </div>
        </header>
        <div className="page">
          <section className="topbar" aria-label="Model">
            <ModelSwitcher id="model-top" />
            <ThemeSwitch />
          </section>
          <main id="main" tabIndex={-1}>
            <OfflineBar />
            {children}
          </main>
        </div>
        <BottomBar destinations={destinations} current={current} />
      </div>
      <ShortcutHelp destinations={destinations} />
    </>
  )
}

function BottomBar({
  destinations,
  current,
}: {
  readonly destinations: readonly Destination[]
  readonly current: string
}) {
  const isShort = ({ page }: Destination) => ['predict', 'batch', 'evaluate', 'operations'].includes(page)
  return (
    <nav className="bottombar" aria-label="Pages, short">
      <ul>
        {destinations.filter(isShort).map(({ page, title, href }) => (
          <li key={page}>
            <Link href={href} aria-current={page === current ? 'page' : undefined}>
              <Icon name={page} />
              {page === 'operations' ? 'Ops' : title}
            </Link>
          </li>
        ))}
        <li>
          <MoreDialog destinations={destinations.filter(destination => !isShort(destination))} />
        </li>
      </ul>
    </nav>
  )
}
