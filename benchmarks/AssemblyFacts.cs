using System.Runtime.Versioning;

// As the platform, which this hosts.
[assembly: UnsupportedOSPlatform("windows")]
