import { type ReactNode, useEffect } from 'react'
import { Link } from 'wouter'
import { pagePath, useModels } from '../api/models.ts'
import { ConnectionDot, OfflineBar } from './connection.tsx'
import { Icon, type IconName, Mark } from './icons.tsx'
import { KeyButton } from './key-dialog.tsx'
import { ModelSwitcher } from './model-switcher.tsx'
import { lastModel, useModelPlace } from './place.ts'
import { ShortcutHelp } from './shortcuts.tsx'
import { ThemeSwitch } from './theme.tsx'

type Destination = { readonly page: IconName; readonly title: string; readonly href: string }

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
            <ThemeSwitch name="theme-rail" />
            <ConnectionDot />
          </div>
        </header>
        <div className="page">
          <section className="topbar" aria-label="Model and colours">
            <ModelSwitcher id="model-top" />
            <ThemeSwitch name="theme-top" />
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
  const shown = destinations.filter(({ page }) =>
    ['predict', 'batch', 'evaluate', 'operations', 'models'].includes(page),
  )
  return (
    <nav className="bottombar" aria-label="Pages, short">
      <ul>
        {shown.map(({ page, title, href }) => (
          <li key={page}>
            <Link href={href} aria-current={page === current ? 'page' : undefined}>
              <Icon name={page === 'models' ? 'more' : page} />
              {page === 'models' ? 'More' : page === 'operations' ? 'Ops' : title}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  )
}

function useDestinations(): Destination[] {
  const { place } = useModelPlace()
  const { data: models } = useModels()
  const last = models?.find(({ name }) => name === lastModel.get()) ?? models?.[0]
  const model = place ?? (last === undefined ? undefined : { name: last.name, version: undefined })
  const of = (page: string) => (model === undefined ? '/m' : pagePath(model, page))
  return [
    { page: 'predict', title: 'Predict', href: of('predict') },
    { page: 'batch', title: 'Batch', href: of('batch') },
    { page: 'evaluate', title: 'Evaluate', href: of('evaluate') },
    { page: 'card', title: 'Model card', href: of('card') },
    { page: 'models', title: 'Models', href: '/m' },
    { page: 'operations', title: 'Operations', href: '/ops' },
    { page: 'calls', title: 'API', href: '/calls' },
  ]
}
