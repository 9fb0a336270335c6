using System;
using System.Linq;
using System.Security.Cryptography;
using System.Threading.Tasks;
using PrizeDraw.Storage.Central;
using PrizeDraw.Storage.Secrets;
using Shouldly;
using Xunit;

namespace PrizeDraw.Storage.Tests.Secrets;

public sealed class Sealing_secrets
{
    private readonly SecretBox _box = new(new MasterKey(Key(1)));

    [Fact]
    public void gives_back_what_was_sealed() =>
        _box.OpenText(_box.SealText("hunter2", "secret", "row"), "secret", "row").ShouldBe("hunter2");

    [Fact]
    public void never_gives_the_same_envelope_twice() =>
        _box.SealText("hunter2", "secret", "row").ShouldNotBe(_box.SealText("hunter2", "secret", "row"));

    [Fact]
    public void notices_every_changed_byte()
    {
        var envelope = _box.SealText("hunter2", "secret", "row");
        for (var i = 0; i < envelope.Length; i++)
        {
            var changed = envelope.ToArray();
            changed[i] ^= 1;
            Should.Throw<SecretException>(() => _box.Open(changed, "secret", "row"), $"byte {i}");
        }
    }

    [Fact]
    public void notices_a_cut_envelope()
    {
        var envelope = _box.SealText("hunter2", "secret", "row");
        for (var length = 0; length < envelope.Length; length++)
        {
            Should.Throw<SecretException>(() => _box.Open(envelope.AsSpan(0, length), "secret", "row"));
        }
    }

    [Theory]
    [InlineData("secret", "another row")]
    [InlineData("another table", "row")]
    [InlineData("secretr", "ow")]
    public void does_not_open_in_another_place(string table, string row) =>
        Should.Throw<SecretException>(() => _box.Open(_box.SealText("hunter2", "secret", "row"), table, row));

    [Fact]
    public void names_both_keys_when_the_master_key_is_another()
    {
        var (one, other) = (new MasterKey(Key(1)), new MasterKey(Key(2)));
        var refused = Should.Throw<SecretException>(
            () => new SecretBox(other).Open(new SecretBox(one).SealText("hunter2", "secret", "row"), "secret", "row"));
        refused.Message.ShouldContain(one.Id);
        refused.Message.ShouldContain(other.Id);
    }

    [Theory]
    [InlineData("")]
    [InlineData("AAAA")]
    [InlineData("not base64 at all, but forty-four characters")]
    public void refuses_a_master_key_that_is_not_32_bytes(string text) => Should.Throw<ArgumentException>(() => MasterKey.FromBase64(text));

    private static byte[] Key(byte value) => [.. Enumerable.Repeat(value, MasterKey.Length)];
}

[Collection(CentralCollection.Name)]
public sealed class Storing_secrets(CentralFixture fixture)
{
    [Fact]
    public async Task keeps_replaces_and_deletes_them()
    {
        var secrets = fixture.Get<ISecrets>();
        var tenant = await fixture.AddTenantAsync();
        (await secrets.GetAsync(tenant, "cmp", "token", default)).ShouldBeNull();

        await secrets.PutAsync(tenant, "cmp", "token", "one", default);
        await secrets.PutAsync(tenant, "cmp", "token", "two", default);
        (await secrets.GetAsync(tenant, "cmp", "token", default)).ShouldBe("two");

        await secrets.DeleteAsync(tenant, "cmp", "token", default);
        await secrets.DeleteAsync(tenant, "cmp", "token", default);
        (await secrets.GetAsync(tenant, "cmp", "token", default)).ShouldBeNull();
    }

    [Fact]
    public async Task stores_no_byte_of_them_in_clear()
    {
        var tenant = await fixture.AddTenantAsync();
        await fixture.Get<ISecrets>().PutAsync(tenant, "cmp", "token", "a-very-secret-token", default);

        await using var superuser = await fixture.OpenSuperuserAsync();
        (await superuser.ScalarAsync<bool>(
            "select bool_or(position('a-very-secret-token'::bytea in envelope) > 0) from secret where tenant_id = $1", [tenant], default))
            .ShouldBeFalse();
    }

    [Fact]
    public async Task does_not_open_one_that_was_copied_into_another_row()
    {
        var tenant = await fixture.AddTenantAsync();
        var secrets = fixture.Get<ISecrets>();
        await secrets.PutAsync(tenant, "one", "token", "value", default);
        await using var superuser = await fixture.OpenSuperuserAsync();
        await superuser.RunAsync(
            "insert into secret select tenant_id, 'two', name, envelope, updated_at from secret where tenant_id = $1", [tenant], default);

        await Should.ThrowAsync<SecretException>(() => secrets.GetAsync(tenant, "two", "token", default));
    }
}

[Collection(CentralCollection.Name)]
public sealed class Signing(CentralFixture fixture)
{
    [Fact]
    public async Task uses_one_key_on_all_hosts_and_after_a_restart()
    {
        await using var one = fixture.NewHost();
        await using var other = fixture.NewHost();
        var message = RandomNumberGenerator.GetBytes(40);
        var signatures = await Task.WhenAll(
            new[] { one, other, fixture.Services }.Select(host => SignAsync(host, message)));

        signatures.Select(signature => signature.KeyId).Distinct().ShouldHaveSingleItem();
        var publicKey = (await fixture.Get<SigningKeys>().PublicKeysAsync(default)).ShouldHaveSingleItem();
        publicKey.KeyId.ShouldBe(signatures[0].KeyId);
        using var verifier = ECDsa.Create();
        verifier.ImportSubjectPublicKeyInfo(publicKey.Spki.AsSpan(), out _);
        foreach (var signature in signatures)
        {
            verifier.VerifyData(message, signature.Bytes, HashAlgorithmName.SHA256).ShouldBeTrue();
        }
    }

    private static async Task<Signature> SignAsync(IServiceProvider host, byte[] message) =>
        await ((SigningKeys)host.GetService(typeof(SigningKeys))!).SignAsync(message, default);
}
