using System;
using System.IO;
using System.Linq;
using System.Text;
using System.Threading.Tasks;
using PrizeDraw.Providers.Mail;
using PrizeDraw.TestKit;
using Shouldly;
using Xunit;

namespace PrizeDraw.Providers.Tests.Mail;

public sealed class Writing_into_the_mail_folder : IDisposable
{
    private readonly TempFolder _temp = new();

    private string Folder => Path.Combine(_temp.Path, "mail");

    public void Dispose() => _temp.Dispose();

    [Fact]
    public async Task makes_one_file_for_each_message_that_mail_programs_open()
    {
        var mailer = Mailer();
        var mail = new OutgoingMail("dlv_1", "ann@example.com", "Low stock: Mug", "Nine are left.\nGoodbye.");
        await mailer.SendAsync(mail, default);
        await mailer.SendAsync(mail, default);
        var text = await File.ReadAllTextAsync(Directory.GetFiles(Folder).ShouldHaveSingleItem());
        Path.GetFileName(Directory.GetFiles(Folder)[0]).ShouldBe("dlv_1.eml");
        text.ShouldContain("From: prizes@example.com\r\nTo: ann@example.com\r\nSubject: Low stock: Mug\r\nDate: ");
        text.ShouldContain("\r\n\r\nNine are left.\r\nGoodbye.\r\n");
    }

    [Fact]
    public async Task encodes_a_subject_that_is_not_ascii()
    {
        var subject = "Low stock: " + string.Concat(Enumerable.Repeat("Glühwein 🍷 ", 8)).Trim();
        await Mailer().SendAsync(new OutgoingMail("k", "ann@example.com", subject, "-"), default);
        var header = (await File.ReadAllTextAsync(Path.Combine(Folder, "k.eml"))).Split("Subject: ")[1].Split("\r\nDate:")[0];
        var words = header.Split("\r\n ");
        words.ShouldAllBe(word => word.Length <= 75 && word.StartsWith("=?utf-8?B?", StringComparison.Ordinal));
        string.Concat(words.Select(word => Encoding.UTF8.GetString(Convert.FromBase64String(word[10..^2])))).ShouldBe(subject);
    }

    [Fact]
    public async Task lets_nobody_write_headers_through_a_subject()
    {
        await Mailer().SendAsync(new OutgoingMail("k", "ann@example.com", "Mug\r\nBcc: eve@example.com\r\n\r\nHello", "-"), default);
        var headers = (await File.ReadAllTextAsync(Path.Combine(Folder, "k.eml"))).Split("\r\n\r\n")[0];
        headers.Split("\r\n").ShouldNotContain(line => line.StartsWith("Bcc", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("")]
    [InlineData("ann")]
    [InlineData("Ann <ann@example.com>")]
    [InlineData("ann@example.com, eve@example.com")]
    [InlineData("ann@example.com\r\nBcc: eve@example.com")]
    public async Task refuses_what_is_not_one_address(string to) =>
        (await Should.ThrowAsync<ProviderException>(() => Mailer().SendAsync(new OutgoingMail("k", to, "s", "t"), default)))
            .Fault.ShouldBe(ProviderFault.Rejected);

    [Fact]
    public async Task refuses_a_key_that_leads_out_of_the_folder() =>
        await Should.ThrowAsync<ProviderException>(() => Mailer().SendAsync(new OutgoingMail("../k", "ann@example.com", "s", "t"), default));

    [Theory]
    [InlineData(null, null, null, MailWay.Folder)]
    [InlineData("folder", null, null, MailWay.Folder)]
    [InlineData("resend", "a@example.com", "key", MailWay.Resend)]
    [InlineData("smtp://user@mail.example.com:2525", "a@example.com", "p", MailWay.Smtp)]
    [InlineData("smtp://127.0.0.1:25?tls=off", "a@example.com", null, MailWay.Smtp)]
    public void is_one_of_three_ways(string? where, string? from, string? password, MailWay way) =>
        MailOptions.Parse(where, from, password, Folder).Way.ShouldBe(way);

    [Theory]
    [InlineData("resend", "a@example.com", null)]
    [InlineData("resend", null, "key")]
    [InlineData("smtp://user:password@mail.example.com", "a@example.com", null)]
    [InlineData("smtp://mail.example.com?tls=off", "a@example.com", null)]
    [InlineData("http://mail.example.com", "a@example.com", null)]
    [InlineData("folder", "not an address", null)]
    public void and_no_other(string where, string? from, string? password) =>
        Should.Throw<ArgumentException>(() => MailOptions.Parse(where, from, password, Folder)).Message.ShouldContain("--mail");

    [Fact]
    public void reads_the_servers_parts()
    {
        var options = MailOptions.Parse("smtp://ann%40example.com@mail.example.com", "a@example.com", "p", Folder);
        (options.Host, options.Port, options.User, options.Password, options.Tls).ShouldBe(("mail.example.com", 587, "ann@example.com", "p", true));
    }

    private IMailer Mailer() => Mailers.Create(new MailOptions { Way = MailWay.Folder, Folder = Folder, From = "prizes@example.com" }, TimeProvider.System);
}
