import type { OpenLog } from '@scaling-mlops/adapters/log'
import { systemTimer } from '@scaling-mlops/adapters/memory'
import type { OtlpTracer } from '@scaling-mlops/adapters/otlp'
import type { Clock } from '@scaling-mlops/core'
import type { Configuration } from '../configuration/settings.ts'

/** Where traces go; none without an endpoint. */
export type Tracing = { readonly tracer: OtlpTracer | undefined }

/** Opens what OTEL_EXPORTER_OTLP_ENDPOINT names; without it nothing of OpenTelemetry is loaded. */
export async function openTracing(
  {
    environmentName,
    otelExporterOtlpEndpoint: endpoint,
    otelExporterOtlpTracesEndpoint: tracesEndpoint,
    otelExporterOtlpHeaders: headers,
    otelServiceName,
    otelResourceAttributes,
    otelTracesSampler: sampler,
    otelTracesSamplerArg: ratio,
  }: Configuration,
  { log }: OpenLog,
  clock: Clock,
): Promise<Tracing> {
  const url = tracesEndpoint ?? (endpoint && `${endpoint.replace(/\/+$/, '')}/v1/traces`)
  if (url === undefined) return { tracer: undefined }
  const { openOtlp } = await import('@scaling-mlops/adapters/otlp')
  const named = otelServiceName === undefined ? {} : { 'service.name': otelServiceName }
  const resource = {
    'service.name': 'scaling-mlops',
    'deployment.environment.name': environmentName,
    ...otelResourceAttributes,
    ...named,
  }
  return { tracer: openOtlp({ url, headers, sampler, ratio, resource, clock, timer: systemTimer, log }) }
}
