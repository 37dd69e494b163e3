import { type RefObject, useEffect, useRef, useState } from 'react'

/** The width an element has on the page, in CSS pixels: charts are drawn at it, so that their text keeps its size. */
export function useWidth<E extends Element>(first = 360): readonly [RefObject<E | null>, number] {
  const ref = useRef<E>(null)
  const [width, setWidth] = useState(first)
  useEffect(() => {
    if (ref.current === null) return
    const observer = new ResizeObserver(([entry]) => {
      if (entry !== undefined && entry.contentRect.width > 0) setWidth(Math.round(entry.contentRect.width))
    })
    observer.observe(ref.current)
    return () => observer.disconnect()
  }, [])
  return [ref, width]
}
