using System.Collections.Immutable;
using System.Linq;
using System.Net;
using System.Net.Sockets;

namespace PrizeDraw.Providers.Webhooks;

/// <summary>Whether an address is on the public internet, so that what users name can be connected to (RFC 6890 and IANA's registries).</summary>
public static class PublicAddress
{
    private static readonly ImmutableArray<IPNetwork> NotPublic4 =
    [
        .. new[]
        {
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24",
            "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24",
            "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
        }.Select(IPNetwork.Parse),
    ];

    // Of IPv6, what was given out as global unicast is public; within it are tunnels that hide IPv4 addresses, and documentation.
    private static readonly IPNetwork Global6 = IPNetwork.Parse("2000::/3");

    private static readonly ImmutableArray<IPNetwork> NotPublic6 =
        [.. new[] { "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20" }.Select(IPNetwork.Parse)];

    public static bool Is(IPAddress address)
    {
        var meant = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return meant.AddressFamily switch
        {
            AddressFamily.InterNetwork => !NotPublic4.Any(network => network.Contains(meant)),
            AddressFamily.InterNetworkV6 => Global6.Contains(meant) && !NotPublic6.Any(network => network.Contains(meant)),
            _ => false,
        };
    }
}
