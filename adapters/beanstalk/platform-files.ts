/** nginx reads this inside `http`, before its own server: only what that server does not set itself may stand here. */
const NGINX = `# Written by \`scaling-mlops package beanstalk\`; read by nginx on each instance.

# Files of rows may be large: the server reads them as they come and sets its own limit (MAX_BODY_BYTES) for what it reads whole.
# nginx's would be 1 MB, and refuse with a page of HTML what the server refuses with a problem document.
client_max_body_size 100m;

# The container is on this machine: who does not accept within 2 s will not.
proxy_connect_timeout 2s;

# Longer than any request; the load balancer gives up at 55 s.
proxy_read_timeout 60s;
proxy_send_timeout 60s;
`

/**
 * Metadata of version 2 answer over one network hop, and a container is a second one. No option sets the number, and a change of the
 * launch template's data may replace the rest of it; so each instance sets its own before its container starts.
 */
const METADATA_HOPS = `#!/bin/bash
# Written by \`scaling-mlops package beanstalk\`; run as root on each instance before its container starts.
# Lets the container reach the instance's credentials: version 2 of the metadata answers over one network hop, a container is two away.
# Without credentials it scores all the same and publishes no metrics, so this warns and never fails a deployment.
set -uo pipefail

metadata=http://169.254.169.254/latest
token=$(curl --silent --fail --max-time 5 --request PUT "$metadata/api/token" --header 'X-aws-ec2-metadata-token-ttl-seconds: 60')
read_metadata() { curl --silent --fail --max-time 5 --header "X-aws-ec2-metadata-token: $token" "$metadata/meta-data/$1"; }
instance=$(read_metadata instance-id)
region=$(read_metadata placement/region)

aws ec2 modify-instance-metadata-options --region "$region" --instance-id "$instance" \\
  --http-tokens required --http-endpoint enabled --http-put-response-hop-limit 2 >/dev/null ||
  echo 'the metadata hop limit stays 1: no metrics, no scaling; may the instance profile ec2:ModifyInstanceMetadataOptions?' >&2
exit 0
`

/** Files that the platform reads on each instance, by path; those under hooks/ are programs. */
export const platformFiles: Readonly<Record<string, string>> = {
  '.platform/nginx/conf.d/10-model-serving.conf': NGINX,
  '.platform/hooks/predeploy/10-metadata-hops.sh': METADATA_HOPS,
}
