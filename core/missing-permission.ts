/** The same error, whose words name the permission that was missing where it says that there was none. */
export function nameMissingPermission(error: unknown, permission: string): unknown {
  if (error instanceof Error && REFUSALS.test(error.name) && !error.message.includes(permission))
    error.message += `; this identity needs the permission ${permission}`
  return error
}

/** What services call it. */
const REFUSALS = /AccessDenied|NotAuthorized|Unauthorized|InsufficientPrivileges|Forbidden/i
