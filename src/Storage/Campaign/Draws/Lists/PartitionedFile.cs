using System;
using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Threading;
using Microsoft.Win32.SafeHandles;

namespace PrizeDraw.Storage.Campaign.Draws.Lists;

/// <summary>
/// Records of one size in 256 parts, in one file: each writer fills a block for each part and appends it when it is full, so that parts of any
/// size are written by several threads with little memory. Which block stands where, with its check sum, is kept apart (<see cref="Save"/>).
/// </summary>
internal sealed class PartitionedFile : IDisposable
{
    public const int Parts = 256;

    private const int BlockBytes = 32 * 1024;

    private const int TagSize = 16, NonceSize = 12, KeySize = 32;

    private readonly SafeFileHandle _file;
    private readonly byte[]? _key; // in memory alone
    private readonly int _recordSize;
    private readonly List<Block>[] _blocks = [.. Enumerable.Range(0, Parts).Select(_ => new List<Block>())];
    private long _end;

    private PartitionedFile(SafeFileHandle file, int recordSize, byte[]? key) => (_file, _recordSize, _key) = (file, recordSize, key);

    /// <summary>Makes the file anew.</summary>
    public static PartitionedFile Create(string path, int recordSize) =>
        new(File.OpenHandle(path, FileMode.Create, FileAccess.ReadWrite, FileShare.Read), recordSize, null);

    /// <summary>
    /// Makes a file that nobody can read but this object: it is encrypted under a key that is never stored, and has no name where a system lets
    /// open files be deleted. It has no index.
    /// </summary>
    public static PartitionedFile CreatePrivate(string path, int recordSize)
    {
        var file = File.OpenHandle(path, FileMode.Create, FileAccess.ReadWrite, FileShare.Delete, FileOptions.DeleteOnClose);
        if (!OperatingSystem.IsWindows())
        {
            File.Delete(path);
        }

        return new PartitionedFile(file, recordSize, RandomNumberGenerator.GetBytes(KeySize));
    }

    /// <summary>Opens a file by what <see cref="Save"/> wrote. An <see cref="InvalidDataException"/> when a block is not what it was.</summary>
    public static PartitionedFile Open(string path, int recordSize, BinaryReader index)
    {
        var file = new PartitionedFile(File.OpenHandle(path), recordSize, null);
        try
        {
            file.Load(index);
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>How many records a part has.</summary>
    public int Count(int part) => (int)(_blocks[part].Sum(b => (long)b.Length) / _recordSize);

    /// <summary>Reads a part; the destination has room for all of it. In no particular order.</summary>
    public void Read(int part, Span<byte> destination)
    {
        using var cipher = NewCipher();
        foreach (var block in _blocks[part])
        {
            ReadBlock(block, destination[..block.Length]);
            if (cipher is not null)
            {
                cipher.Decrypt(NonceOf(block.Offset), destination[..block.Length], block.Tag, destination[..block.Length]);
            }

            destination = destination[block.Length..];
        }
    }

    public Writer NewWriter() => new(this);

    /// <summary>Writes which block stands where.</summary>
    public void Save(BinaryWriter index)
    {
        foreach (var blocks in _blocks)
        {
            index.Write(blocks.Count);
            foreach (var block in blocks)
            {
                index.Write(block.Offset);
                index.Write(block.Length);
                index.Write(block.Sum);
            }
        }
    }

    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(_key);
        _file.Dispose();
    }

    private void Load(BinaryReader index)
    {
        var buffer = new byte[BlockBytes];
        foreach (var blocks in _blocks)
        {
            for (var left = index.ReadInt32(); left > 0; left--)
            {
                var block = new Block(index.ReadInt64(), index.ReadInt32(), index.ReadUInt32(), null);
                if (block.Length is < 0 or > BlockBytes || RandomAccess.Read(_file, buffer.AsSpan(0, block.Length), block.Offset) != block.Length
                    || SumOf(buffer.AsSpan(0, block.Length)) != block.Sum)
                {
                    throw new InvalidDataException("A block is not what was written.");
                }

                blocks.Add(block);
            }
        }
    }

    private void ReadBlock(Block block, Span<byte> destination)
    {
        for (var read = 0; read < block.Length;)
        {
            var n = RandomAccess.Read(_file, destination[read..], block.Offset + read);
            read += n > 0 ? n : throw new InvalidDataException("A block ends early.");
        }
    }

    /// <summary>The block is encrypted where it stands.</summary>
    private void Append(int part, Span<byte> block, AesGcm? cipher)
    {
        var offset = Interlocked.Add(ref _end, block.Length) - block.Length;
        var tag = cipher is null ? null : new byte[TagSize];
        cipher?.Encrypt(NonceOf(offset), block, block, tag!);
        RandomAccess.Write(_file, block, offset);
        lock (_blocks[part])
        {
            _blocks[part].Add(new Block(offset, block.Length, cipher is null ? SumOf(block) : 0, tag));
        }
    }

    private AesGcm? NewCipher() => _key is null ? null : new AesGcm(_key, TagSize);

    // A key is one file's, and no two blocks stand at one place.
    private static byte[] NonceOf(long offset)
    {
        var nonce = new byte[NonceSize];
        BinaryPrimitives.WriteInt64LittleEndian(nonce, offset);
        return nonce;
    }

    // Tells a block that was torn or never reached the disk; nobody else writes here.
    private static uint SumOf(ReadOnlySpan<byte> block)
    {
        var sum = 0u;
        foreach (var word in MemoryMarshal.Cast<byte, ulong>(block))
        {
            sum = BitOperations.Crc32C(sum, word);
        }

        foreach (var rest in block[(block.Length & ~7)..])
        {
            sum = BitOperations.Crc32C(sum, rest);
        }

        return sum;
    }

    private readonly record struct Block(long Offset, int Length, uint Sum, byte[]? Tag);

    /// <summary>Writes records; one thread at a time. What was not completed was not written.</summary>
    internal sealed class Writer(PartitionedFile file) : IDisposable
    {
        private readonly byte[]?[] _open = new byte[Parts][];
        private readonly int[] _used = new int[Parts];
        private readonly AesGcm? _cipher = file.NewCipher();
        private readonly int _capacity = BlockBytes / file._recordSize * file._recordSize;

        /// <summary>Room for the next record of a part, to be filled before the next call.</summary>
        public Span<byte> Next(int part)
        {
            var block = _open[part] ??= ArrayPool<byte>.Shared.Rent(BlockBytes);
            if (_used[part] == _capacity)
            {
                file.Append(part, block.AsSpan(0, _capacity), _cipher);
                _used[part] = 0;
            }

            var at = _used[part];
            _used[part] += file._recordSize;
            return block.AsSpan(at, file._recordSize);
        }

        /// <summary>Writes what is left.</summary>
        public void Complete()
        {
            for (var part = 0; part < Parts; part++)
            {
                if (_used[part] > 0)
                {
                    file.Append(part, _open[part].AsSpan(0, _used[part]), _cipher);
                    _used[part] = 0;
                }
            }
        }

        public void Dispose()
        {
            _cipher?.Dispose();
            for (var part = 0; part < Parts; part++)
            {
                if (_open[part] is { } block)
                {
                    // What was to be encrypted must not lie about in memory either.
                    ArrayPool<byte>.Shared.Return(block, clearArray: file._key is not null);
                    _open[part] = null;
                }
            }
        }
    }
}
