import { Slider } from '@base-ui/react/slider'

/** The one threshold of the page: by slider, by number, or by what is best at something. */
export function ThresholdStrip({
  threshold,
  set,
  choices,
}: {
  readonly threshold: number
  readonly set: (threshold: number) => void
  readonly choices: readonly (readonly [title: string, threshold: number])[]
}) {
  return (
    <section className="strip" aria-label="Threshold">
      <label htmlFor="threshold">Threshold</label>
      <input
        id="threshold"
        className="input"
        type="number"
        min="0"
        max="1"
        step="0.01"
        value={threshold.toFixed(2)}
        onChange={event => {
          if (Number.isFinite(event.target.valueAsNumber)) set(event.target.valueAsNumber)
        }}
      />
      <Slider.Root
        className="slider"
        min={0}
        max={1}
        step={0.01}
        value={threshold}
        onValueChange={value => set(Number(value))}
      >
        <Slider.Control className="slider-control">
          <Slider.Track className="slider-track">
            <Slider.Indicator className="slider-fill" />
            <Slider.Thumb className="slider-thumb" aria-label="Threshold" />
          </Slider.Track>
        </Slider.Control>
      </Slider.Root>
      <span className="row">
        {choices.map(([title, value]) => (
          <button key={title} type="button" className="button" onClick={() => set(value)}>
            {title} · {value.toFixed(2)}
          </button>
        ))}
      </span>
    </section>
  )
}
