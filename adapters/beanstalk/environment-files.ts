import { alarmResources } from './alarm-resources.ts'
import { writeConfigFile } from './config-file.ts'
import { dashboardResource } from './dashboard-resource.ts'
import type { Deployment } from './deployment.ts'
import { DeploymentError } from './deployment-error.ts'
import { environmentOptions } from './environment-options.ts'
import { optionProblems } from './option-section.ts'
import { platformFiles } from './platform-files.ts'
import { redirect, scalingResources } from './scaling-resources.ts'

/**
 * What Elastic Beanstalk reads besides the application: `.ebextensions/` and `.platform/`, by path. Throws a DeploymentError with every
 * option that Elastic Beanstalk would refuse.
 */
export function toEnvironmentFiles(deployment: Deployment): ReadonlyMap<string, string> {
  const sections = environmentOptions(deployment)
  const problems = optionProblems(sections)
  if (problems.length > 0) throw new DeploymentError(problems)
  const { tier, certificate } = deployment
  const files: Record<string, string> = {
    '.ebextensions/10-environment.config': writeConfigFile({
      about:
        tier === 'web'
          ? 'The environment: load balancer, fleet, updates, health, logs, and the settings of the container.'
          : 'The environment of workers: queue, fleet, updates, health, logs, and the settings of the container.',
      sections,
    }),
    '.ebextensions/20-scaling.config': writeConfigFile({
      about: 'Scaling on a metric that Elastic Beanstalk has no option for.',
      resources: scalingResources(deployment),
    }),
    '.ebextensions/30-alarms.config': writeConfigFile({
      about: 'What somebody should hear of. docs/operate.md says what each alarm means and what to do.',
      resources: alarmResources(deployment),
    }),
    '.ebextensions/50-dashboard.config': writeConfigFile({
      about: 'The numbers of an environment on one page of CloudWatch.',
      resources: [dashboardResource()],
    }),
    ...(tier === 'web' &&
      certificate !== undefined && {
        '.ebextensions/40-https.config': writeConfigFile({
          about: 'No answer without HTTPS.',
          resources: [redirect()],
        }),
      }),
    ...platformFiles,
  }
  return new Map(Object.entries(files).sort(([a], [b]) => (a < b ? -1 : 1)))
}
