using System;
using System.Text.Json.Nodes;
using System.Threading.Tasks;

namespace PrizeDraw.Benchmarks.Control;

/// <summary>The child's side: says that it is ready, then carries out one order after another until its input ends.</summary>
internal static class Orders
{
    public static async Task RunAsync(Func<string, JsonObject, Task<JsonObject>> carryOut)
    {
        Answer([]);
        while (await Console.In.ReadLineAsync() is { } line)
        {
            var order = (JsonObject)JsonNode.Parse(line)!;
            try
            {
                Answer(await carryOut((string)order["verb"]!, order));
            }
            catch (Exception e)
            {
                Answer(new JsonObject { ["error"] = e.ToString() });
            }
        }
    }

    private static void Answer(JsonObject answer) => Console.Out.WriteLine(Child.Mark + answer.ToJsonString());
}
