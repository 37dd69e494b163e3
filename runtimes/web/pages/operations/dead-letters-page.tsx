import { count } from '@scaling-mlops/adapters/report/format'
import { useState } from 'react'
import { Link } from 'wouter'
import { type Letter, type Selection, useDeadLetters } from '../../api/dead-letters.ts'
import { moment } from '../../parts/moment.ts'
import { Failure, Loading, PageHead } from '../../parts/states.tsx'
import { useUrlState } from '../../shell/url-state.ts'
import { DiscardDialog } from './discard-dialog.tsx'
import { LetterDialog } from './letter-dialog.tsx'
import { RedriveDialog } from './redrive-dialog.tsx'

const CODES = [
  'invalid_row',
  'malformed_json',
  'duplicate_key',
  'invalid_id',
  'record_too_large',
  'unknown_model',
  'unknown_version',
  'no_default_model',
  'attempts_exhausted',
  'receive_limit',
]

/** What could not be scored, and why: look, try again, send back, throw away. */
export default function DeadLettersPage() {
  const [code, setCode] = useUrlState('code')
  const { data, error } = useDeadLetters(code ?? '')
  const [chosen, choose] = useState<ReadonlySet<string>>(new Set())
  const [said, say] = useState('')
  const letters = data?.deadLetters ?? []
  const ids = letters.filter(({ id }) => chosen.has(id)).map(({ id }) => id)
  const selection: Selection = ids.length > 0 ? { ids } : { filter: code === null ? {} : { code } }
  const what = ids.length > 0 ? `${count(ids.length)} chosen` : code === null ? 'all' : `all with ${code}`
  const done = (text: string) => {
    say(text)
    choose(new Set())
  }
  return (
    <>
      <PageHead title="Dead letters">
        <Link href="/ops">Operations</Link>
      </PageHead>
      <div className="row">
        <label>
          <span className="hidden">Code</span>
          <select
            className="input"
            value={code ?? ''}
            onChange={event => setCode(event.target.value === '' ? null : event.target.value)}
          >
            <option value="">Every code</option>
            {CODES.map(each => (
              <option key={each}>{each}</option>
            ))}
          </select>
        </label>
        {letters.length > 0 && (
          <>
            <RedriveDialog selection={selection} what={what} done={done} />
            <DiscardDialog
              selection={selection}
              what={what}
              total={ids.length > 0 ? ids.length : undefined}
              done={done}
            />
          </>
        )}
        <span role="status">{said}</span>
      </div>
      {error !== null && <Failure error={error} />}
      {data === undefined && error === null && <Loading lines={5} />}
      {data !== undefined && letters.length === 0 && (
        <p className="empty">
          {code === null ? 'There are no dead letters.' : `There are none with the code ${code}.`}
        </p>
      )}
      {letters.length > 0 && <LetterTable letters={letters} chosen={chosen} choose={choose} />}
      {data?.next != null && (
        <p className="small muted">These are the first {letters.length}; the verbs above are about all that match.</p>
      )}
    </>
  )
}

function LetterTable({
  letters,
  chosen,
  choose,
}: {
  readonly letters: readonly Letter[]
  readonly chosen: ReadonlySet<string>
  readonly choose: (ids: ReadonlySet<string>) => void
}) {
  const toggle = (id: string) => {
    const next = new Set(chosen)
    if (!next.delete(id)) next.add(id)
    choose(next)
  }
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
    <section className="card scroll letters" aria-label="Dead letters" tabIndex={0}>
      <table>
        <thead>
          <tr>
            <td>
              <input
                type="checkbox"
                aria-label="Choose all that are shown"
                checked={chosen.size > 0 && letters.every(({ id }) => chosen.has(id))}
                onChange={event => choose(new Set(event.target.checked ? letters.map(({ id }) => id) : []))}
              />
            </td>
            {['Record', 'Code', 'Reason', 'Model', 'Attempts', 'Last seen'].map(title => (
              <th key={title} scope="col">
                {title}
              </th>
            ))}
            <td />
          </tr>
        </thead>
        <tbody>
          {letters.map(letter => (
            <tr key={letter.id}>
              <td>
                <input
                  type="checkbox"
                  aria-label={`Choose ${letter.id}`}
                  checked={chosen.has(letter.id)}
                  onChange={() => toggle(letter.id)}
                />
              </td>
              <th scope="row">{letter.id}</th>
              <td>{letter.code}</td>
              <td className="clip" title={letter.reason}>
                {letter.reason}
              </td>
              <td>{letter.model}</td>
              <td className="right">{letter.attempts}</td>
              <td>{moment(letter.lastSeen)}</td>
              <td>
                <LetterDialog letter={letter} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
