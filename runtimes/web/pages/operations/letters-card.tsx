import { count } from '@scaling-mlops/adapters/report/format'
import { Link } from 'wouter'
import { useDeadLetters } from '../../api/dead-letters.ts'
import { DataTable } from '../../parts/data-table.tsx'
import { moment } from '../../parts/moment.ts'
import { Failure } from '../../parts/states.tsx'

/** The newest reason of each code, with how many there are. */
export function LettersCard() {
  const { data, error } = useDeadLetters('')
  const byCode = Map.groupBy(data?.deadLetters ?? [], ({ code }) => code)
  return (
    <section className="card" aria-labelledby="ops-letters">
      <h2 id="ops-letters">Dead letters</h2>
      {error !== null && <Failure error={error} />}
      {data?.deadLetters.length === 0 && <p>None.</p>}
      {data !== undefined && data.deadLetters.length > 0 && (
        <DataTable
          name="Dead letters by code"
          columns={[
            {
              title: 'Code',
              text: true,
              cell: ([code]) => <Link href={`/ops/dead-letters?code=${encodeURIComponent(code)}`}>{code}</Link>,
            },
            {
              title: 'Letters',
              cell: ([, letters]) => `${count(letters.length)}${data.next === null ? '' : ' or more'}`,
            },
            { title: 'One of them', text: true, cell: ([, letters]) => beginning(letters[0]?.reason ?? '') },
            { title: 'Last seen', text: true, cell: ([, letters]) => moment(letters[0]?.lastSeen) },
          ]}
          rows={[...byCode]}
          isWide
        />
      )}
      <p>
        <Link href="/ops/dead-letters">All dead letters</Link>
      </p>
    </section>
  )
}

function beginning(text: string): string {
  return text.length > 80 ? `${text.slice(0, 79)}…` : text
}
