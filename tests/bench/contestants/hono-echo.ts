import { serve } from '@hono/node-server'
import { Hono } from 'hono'

// The yardstick: a Hono app that parses a body and echoes it, with nothing in between.
const app = new Hono()
app.post('/predict', async context => context.json(await context.req.json()))
app.get('/ping', context => context.text('PONG'))
serve({ fetch: app.fetch, port: Number(process.env.PORT), hostname: '127.0.0.1' })
