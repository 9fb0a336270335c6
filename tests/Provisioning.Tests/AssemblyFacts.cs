using System.Runtime.Versioning;

// The platform's host, which these tests run, rests on POSIX users, modes and signals.
[assembly: UnsupportedOSPlatform("windows")]
