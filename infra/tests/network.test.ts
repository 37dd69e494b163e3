import { Match } from 'aws-cdk-lib/assertions'
import { describe, expect, test } from 'vitest'
import { aConfiguration, propertiesOf, synthesise, templateOf } from './synthesis.ts'

describe.each(['dev', 'prod'])('%s', stage => {
  const template = templateOf(stage, 'network')

  test('from outside only HTTPS is let in, so that nothing is ever sent there in clear text', () => {
    const open = propertiesOf(template, 'AWS::EC2::SecurityGroup').flatMap(group => group.SecurityGroupIngress ?? [])
    expect(open).toEqual([expect.objectContaining({ CidrIp: '0.0.0.0/0', FromPort: 443, ToPort: 443 })])
  })

  test('instances hear the load balancer alone, on port 80', () => {
    expect(propertiesOf(template, 'AWS::EC2::SecurityGroupIngress')).toEqual([
      expect.objectContaining({
        FromPort: 80,
        ToPort: 80,
        SourceSecurityGroupId: { 'Fn::GetAtt': [expect.stringMatching(/^LoadBalancer/), 'GroupId'] },
        GroupId: { 'Fn::GetAtt': [expect.stringMatching(/^Instances/), 'GroupId'] },
      }),
    ])
  })

  test('two zones, no NAT gateway, S3 without the way over the internet, and a log of who spoke to whom', () => {
    const zones = propertiesOf(template, 'AWS::EC2::Subnet').map(({ AvailabilityZone }) => AvailabilityZone)
    expect(new Set(zones.map(zone => JSON.stringify(zone))).size).toBe(2)
    template.resourceCountIs('AWS::EC2::NatGateway', 0)
    template.hasResourceProperties('AWS::EC2::VPCEndpoint', { VpcEndpointType: 'Gateway' })
    template.hasResourceProperties('AWS::EC2::FlowLog', { TrafficType: 'ALL', LogGroupName: Match.anyValue() })
  })
})

test('with NAT gateways instances have private subnets and no public address', () => {
  const configuration = aConfiguration()
  configuration.stages.prod.natGateways = 2
  const app = synthesise(configuration)
  templateOf('prod', 'network', app).resourceCountIs('AWS::EC2::NatGateway', 2)
  for (const { OptionSettings } of propertiesOf(
    templateOf('prod', 'beanstalk', app),
    'AWS::ElasticBeanstalk::Environment',
  )) {
    const values = Object.fromEntries(
      OptionSettings.map((option: { OptionName: string; Value: unknown }) => [option.OptionName, option.Value]),
    )
    expect(values.AssociatePublicIpAddress).toBe('false')
    expect(JSON.stringify(values.Subnets)).toContain('privateSubnet')
  }
})
