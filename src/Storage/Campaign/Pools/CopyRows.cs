using System;
using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Npgsql;

namespace PrizeDraw.Storage.Campaign.Pools;

/// <summary>
/// Rows in PostgreSQL's binary COPY format, gathered in memory and sent at once. A batch of entries is some hundred rows of twenty
/// columns: one call and one box per value, as drivers take them, cost more than the writing.
/// </summary>
internal sealed class CopyRows
{
    // PGCOPY, line feed, 0xFF, carriage return, line feed, zero.
    private static readonly byte[] Signature = [0x50, 0x47, 0x43, 0x4f, 0x50, 0x59, 0x0a, 0xff, 0x0d, 0x0a, 0x00];
    private static readonly DateTimeOffset Epoch = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateOnly EpochDay = new(2000, 1, 1);

    private readonly ArrayBufferWriter<byte> output;

    /// <param name="sizeHint">About how many bytes there will be.</param>
    public CopyRows(int sizeHint)
    {
        output = new ArrayBufferWriter<byte>(Math.Max(sizeHint, 256));
        output.Write(Signature);
        Integer32(0);
        Integer32(0);
    }

    public int Rows { get; private set; }

    /// <summary>Begins a row of so many columns, each of which is then written once.</summary>
    public void Row(short columns)
    {
        BinaryPrimitives.WriteInt16BigEndian(output.GetSpan(2), columns);
        output.Advance(2);
        Rows++;
    }

    public void Null() => Integer32(-1);

    public void Uuid(Guid value)
    {
        Integer32(16);
        value.TryWriteBytes(output.GetSpan(16), bigEndian: true, out _);
        output.Advance(16);
    }

    public void Uuid(Guid? value)
    {
        if (value is { } uuid)
        {
            Uuid(uuid);
        }
        else
        {
            Null();
        }
    }

    public void Bytes(ReadOnlySpan<byte> value)
    {
        Integer32(value.Length);
        output.Write(value);
    }

    public void Text(string? value)
    {
        if (value is null)
        {
            Null();
            return;
        }

        Encoded(value, 0);
    }

    public void Json(string? value)
    {
        if (value is null)
        {
            Null();
            return;
        }

        // The version of the format leads the text.
        Encoded(value, 1);
    }

    public void Long(long value)
    {
        Integer32(8);
        BinaryPrimitives.WriteInt64BigEndian(output.GetSpan(8), value);
        output.Advance(8);
    }

    public void Integer(int value)
    {
        Integer32(4);
        Integer32(value);
    }

    public void Boolean(bool value)
    {
        Integer32(1);
        output.GetSpan(1)[0] = value ? (byte)1 : (byte)0;
        output.Advance(1);
    }

    public void Time(DateTimeOffset? value)
    {
        if (value is { } at)
        {
            Long((at.UtcTicks - Epoch.UtcTicks) / TimeSpan.TicksPerMicrosecond);
        }
        else
        {
            Null();
        }
    }

    public void Day(DateOnly? value)
    {
        if (value is { } day)
        {
            Integer(day.DayNumber - EpochDay.DayNumber);
        }
        else
        {
            Null();
        }
    }

    /// <summary>Sends the rows; <paramref name="copy"/> is a COPY … FROM STDIN (FORMAT BINARY). One that breaks a constraint throws.</summary>
    public async Task SendAsync(NpgsqlConnection connection, string copy, CancellationToken ct)
    {
        BinaryPrimitives.WriteInt16BigEndian(output.GetSpan(2), -1);
        output.Advance(2);
        await using var stream = await connection.BeginRawBinaryCopyAsync(copy, ct);
        await stream.WriteAsync(output.WrittenMemory, ct);
    }

    private void Encoded(string value, byte version)
    {
        var lead = version == 0 ? 0 : 1;
        var span = output.GetSpan(sizeof(int) + lead + Encoding.UTF8.GetMaxByteCount(value.Length));
        var length = lead + Encoding.UTF8.GetBytes(value, span[(sizeof(int) + lead)..]);
        BinaryPrimitives.WriteInt32BigEndian(span, length);
        if (version != 0)
        {
            span[sizeof(int)] = version;
        }

        output.Advance(sizeof(int) + length);
    }

    private void Integer32(int value)
    {
        BinaryPrimitives.WriteInt32BigEndian(output.GetSpan(4), value);
        output.Advance(4);
    }
}
