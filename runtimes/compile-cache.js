import module from 'node:module'

// Scripts as V8 has compiled them, and types stripped, are kept in the folder for temporary files: sources start in half the time. Threads
// that strip no types load no WebAssembly for it either, whose comings and goings in many threads can end the process (nodejs/node#64500).
module.enableCompileCache()
// threads and workers have theirs from here
process.env.NODE_COMPILE_CACHE ??= module.getCompileCacheDir() ?? ''
