using System.Linq;
using System.Text.Json.Nodes;

namespace PrizeDraw.Doubles.Vercel;

/// <content>The list of projects.</content>
public sealed partial class VercelDouble
{
    // By pages, as there: what comes next is named by a number.
    private DoubleAnswer ListProjects(DoubleRequest request)
    {
        var (size, from) = (int.Parse(request.Query("limit") ?? "20"), int.Parse(request.Query("from") ?? "0"));
        var all = _projects.Where(p => p.LooksUntilSeen <= 0).ToArray();
        var page = all.Skip(from).Take(size).ToArray();
        return new DoubleAnswer(200, new JsonObject
        {
            ["projects"] = new JsonArray([.. page.Select(ProjectBody)]),
            ["pagination"] = new JsonObject { ["count"] = page.Length, ["next"] = from + size < all.Length ? from + size : null, ["prev"] = null },
        });
    }
}
