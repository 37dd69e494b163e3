import SwaggerUI from 'swagger-ui-dist/swagger-ui-es-bundle.js'
import 'swagger-ui-dist/swagger-ui.css'
import { apiOrigin } from '../api/http.ts'

// served with the server itself: nothing is asked of another origin, the validator's badge above all
SwaggerUI({
  url: `${apiOrigin}/openapi.json`,
  dom_id: '#docs',
  deepLinking: true,
  validatorUrl: null,
  docExpansion: 'list',
})
