using System.Runtime.Versioning;

// The embedded PostgreSQL, its supervisor and the site builds rest on POSIX users, modes and signals.
[assembly: UnsupportedOSPlatform("windows")]
