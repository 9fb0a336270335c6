using System;
using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace PrizeDraw.Benchmarks.Loads;

/// <summary>
/// A site's entry as bytes, ready to be sent but for the person's serial number, which makes the key, the address and, for one person in
/// four, the phone number. Keys are scattered as those of browsers are, so that they meet their index as those would.
/// </summary>
internal sealed class RequestTemplate
{
    private const string Key = "{key.........................}", Person = "{person..........}", Phone = "{phone..}";
    private readonly byte[] withPhone, without;
    private readonly int keyAt, personAt, phoneAt;

    public RequestTemplate(string host, string slug, string siteKey)
    {
        (withPhone, without) = (Build(host, slug, siteKey, $"\"+447{Phone}\""), Build(host, slug, siteKey, "null"));
        // The two differ behind the person alone, and both have a content length of three digits.
        keyAt = withPhone.AsSpan().IndexOf(Encoding.ASCII.GetBytes(Key));
        personAt = withPhone.AsSpan().IndexOf(Encoding.ASCII.GetBytes(Person));
        phoneAt = withPhone.AsSpan().IndexOf(Encoding.ASCII.GetBytes(Phone));
    }

    public int LengthMax => withPhone.Length;

    /// <summary>Writes the request of this person, 0 to 10^12, and answers its length.</summary>
    public int Write(long serial, Span<byte> buffer)
    {
        var hasPhone = serial % 4 == 0;
        var template = hasPhone ? withPhone : without;
        template.CopyTo(buffer);
        Digits(serial, buffer.Slice(keyAt + 18, 12));
        Utf8Formatter.TryFormat(Scatter((ulong)serial), buffer.Slice(keyAt, 16), out _, new StandardFormat('x', 16));
        buffer[keyAt + 16] = buffer[keyAt + 17] = (byte)'-';
        "person"u8.CopyTo(buffer[personAt..]);
        Digits(serial, buffer.Slice(personAt + 6, 12));
        if (hasPhone)
        {
            Digits(serial / 4 % 1_000_000_000, buffer.Slice(phoneAt, 9));
        }

        return template.Length;
    }

    /// <summary>One to one, and without any order (the mixing step of SplitMix64).</summary>
    private static ulong Scatter(ulong value)
    {
        value = (value + 0x9e3779b97f4a7c15) * 0xbf58476d1ce4e5b9;
        value = (value ^ (value >> 27)) * 0x94d049bb133111eb;
        return value ^ (value >> 31);
    }

    private static void Digits(long value, Span<byte> into) =>
        Utf8Formatter.TryFormat(value, into, out _, new StandardFormat('D', (byte)into.Length));

    private static byte[] Build(string host, string slug, string siteKey, string phone)
    {
        var body = $$"""
            {"pool":null,"entrant":{"email":"{{Person}}@example.com","firstName":"Ann","lastName":"Smith","phone":{{phone}},"dateOfBirth":"1990-05-01","postcode":"LS1 4AP","county":"West Yorkshire","country":"GB"},"answers":{"favourite":"Paris"},"termsVersion":1,"proof":null,"consents":[{"purpose":"marketing-email","version":1,"granted":false},{"purpose":"partner-offers","version":1,"granted":true}],"captchaToken":null,"website":""}
            """;
        return Encoding.ASCII.GetBytes(
            $"POST /v1/sites/{slug}/entries HTTP/1.1\r\nHost: {host}\r\nUser-Agent: bench\r\nAccept: application/json\r\n"
            + $"Content-Type: application/json\r\nX-Site-Key: {siteKey}\r\nIdempotency-Key: {Key}\r\nContent-Length: {body.Length}\r\n\r\n{body}");
    }
}
