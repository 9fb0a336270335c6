using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace PrizeDraw.TestKit.Platform;

/// <summary>Ports for processes that are yet to be started, below the range from which the system picks its own.</summary>
internal static class Ports
{
    // Kept until the test process ends.
    private static readonly ConcurrentBag<Socket> Marks = [];

    /// <summary>
    /// A port of 127.0.0.1 on which nothing listens. No other test process of this machine is given it meanwhile, before it is listened on or between
    /// a kill and the next start: the UDP port of the same number, which nobody needs, is taken to mark it.
    /// </summary>
    public static int Free()
    {
        while (true)
        {
            var place = new IPEndPoint(IPAddress.Loopback, RandomNumberGenerator.GetInt32(10_500, 19_500));
            using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            var mark = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            try
            {
                mark.Bind(place);
                probe.Bind(place);
                Marks.Add(mark);
                return place.Port;
            }
            catch (SocketException)
            {
                mark.Dispose(); // Taken: another one.
            }
        }
    }
}
