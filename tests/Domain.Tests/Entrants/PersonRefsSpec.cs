using System;
using System.Linq;
using System.Security.Cryptography;
using System.Text;
using PrizeDraw.Domain.Entrants;
using Shouldly;
using Xunit;

namespace PrizeDraw.Domain.Tests.Entrants;

public sealed class Person_refs
{
    private static readonly byte[] Key = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];

    [Fact] public void are_keyed_by_the_person()
    {
        PersonRefs.EntryRef(Key, "ent_1").ShouldBe(Hmac("pdv1/entry\0ent_1"));
        PersonRefs.PersonRef(Key).ShouldBe(Hmac("pdv1/person"));
        PersonRefs.PersonRef(new byte[32]).ShouldNotBe(PersonRefs.PersonRef(Key));
        Should.Throw<ArgumentException>(() => PersonRefs.PersonRef(new byte[31]));
        Should.Throw<ArgumentException>(() => PersonRefs.EntryRef(Key, ""));
    }

    private static string Hmac(string message) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(Key, Encoding.UTF8.GetBytes(message)));
}
