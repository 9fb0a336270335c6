using System;
using System.Net;
using PrizeDraw.Api.Tests.Fakes;
using PrizeDraw.Api.Throttling;
using Shouldly;
using Xunit;

namespace PrizeDraw.Api.Tests.Throttling;

public sealed class The_address_limit
{
    private readonly ManualClock _clock = new();

    [Fact]
    public void Keeps_a_bounded_number_of_addresses_and_forgets_old_ones()
    {
        var limit = new AddressLimit(1, _clock);
        for (var i = 0; i < AddressLimit.AddressesMax + 1_000; i++)
        {
            limit.Refuse(new IPAddress(0x0A000000L + i)).ShouldBeNull();
        }

        limit.Addresses.ShouldBe(AddressLimit.AddressesMax);
        // Who was counted is still limited; a minute later there is room again.
        limit.Refuse(new IPAddress(0x0A000000L)).ShouldBe(60);
        _clock.Move(TimeSpan.FromMinutes(1));
        limit.Refuse(IPAddress.Parse("192.0.2.1")).ShouldBeNull();
        limit.Addresses.ShouldBe(1);
    }

    [Fact]
    public void Counts_an_IPv4_address_alike_when_it_comes_mapped()
    {
        var limit = new AddressLimit(1, _clock);
        limit.Refuse(IPAddress.Parse("192.0.2.1")).ShouldBeNull();
        limit.Refuse(IPAddress.Parse("::ffff:192.0.2.1")).ShouldBe(60);
        limit.Refuse(IPAddress.Parse("192.0.2.2")).ShouldBeNull();
    }

    [Fact]
    public void Is_off_at_zero() => new AddressLimit(0, _clock).Refuse(IPAddress.Loopback).ShouldBeNull();
}
