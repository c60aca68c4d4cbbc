#include "common/inference/serving/model_metrics.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

namespace clientele::inference {
namespace {

using Catch::Matchers::ContainsSubstring;

TEST_CASE("rows of a model are shown by outcome") {
  telemetry::MetricsRegistry metrics;
  const batching::BatchStats stats = {.refused = 4, .expired = 2, .cancelled = 3, .computed = 1};
  const MetricHandles handles = MeasureModel(metrics, "encoder", [&] { return stats; });
  const std::string text = metrics.Text();
  CHECK_THAT(text,
             ContainsSubstring("clientele_model_rows{model=\"encoder\",outcome=\"computed\"} 1\n"));
  CHECK_THAT(text,
             ContainsSubstring("clientele_model_rows{model=\"encoder\",outcome=\"expired\"} 2\n"));
  CHECK_THAT(
      text, ContainsSubstring("clientele_model_rows{model=\"encoder\",outcome=\"cancelled\"} 3\n"));
  CHECK_THAT(text,
             ContainsSubstring("clientele_model_rows{model=\"encoder\",outcome=\"refused\"} 4\n"));
}

TEST_CASE("a generator's requests, work and cache are shown") {
  telemetry::MetricsRegistry metrics;
  const GenerationStats stats = {.accepted = 90,
                                 .refused = 1,
                                 .finished = 2,
                                 .expired = 3,
                                 .cancelled = 4,
                                 .failed = 5,
                                 .prefills = 6,
                                 .prefilled_tokens = 7,
                                 .steps = 8,
                                 .stepped_rows = 9,
                                 .generated_tokens = 10,
                                 .copied_rows = 91,
                                 .waiting = 11,
                                 .running = 12,
                                 .active_rows = 13,
                                 .cache_bytes = 14,
                                 .reserved_bytes = 15};
  const MetricHandles handles = MeasureGenerator(metrics, "writer", [&] { return stats; });
  const std::string text = metrics.Text();
  for (const char* line : {
           "clientele_generation_requests{model=\"writer\",outcome=\"refused\"} 1\n",
           "clientele_generation_requests{model=\"writer\",outcome=\"finished\"} 2\n",
           "clientele_generation_requests{model=\"writer\",outcome=\"expired\"} 3\n",
           "clientele_generation_requests{model=\"writer\",outcome=\"cancelled\"} 4\n",
           "clientele_generation_requests{model=\"writer\",outcome=\"failed\"} 5\n",
           "clientele_generation_calls{method=\"prefill\",model=\"writer\"} 6\n",
           "clientele_generation_tokens{kind=\"prompt\",model=\"writer\"} 7\n",
           "clientele_generation_calls{method=\"step\",model=\"writer\"} 8\n",
           "clientele_generation_stepped_rows{model=\"writer\"} 9\n",
           "clientele_generation_tokens{kind=\"generated\",model=\"writer\"} 10\n",
           "clientele_generation_waiting{model=\"writer\"} 11\n",
           "clientele_generation_running{model=\"writer\"} 12\n",
           "clientele_generation_active_rows{model=\"writer\"} 13\n",
           "clientele_generation_cache_bytes{model=\"writer\",state=\"allocated\"} 14\n",
           "clientele_generation_cache_bytes{model=\"writer\",state=\"reserved\"} 15\n",
       }) {
    CHECK_THAT(text, ContainsSubstring(line));
  }
}

TEST_CASE("the models' cores are shown, taken and free") {
  telemetry::MetricsRegistry metrics;
  const auto cores = std::make_shared<CoreBudget>(4);
  MetricHandles handles = MeasureCores(metrics, cores);
  {
    const CoreLease lease(*cores, 3);
    const std::string text = metrics.Text();
    CHECK_THAT(text, ContainsSubstring("clientele_model_cores 4\n"));
    CHECK_THAT(text, ContainsSubstring("clientele_model_cores_busy 3\n"));
    CHECK_THAT(text, ContainsSubstring("clientele_model_calls 1\n"));
    CHECK_THAT(text, ContainsSubstring("clientele_model_calls_waiting 0\n"));
    CHECK_THAT(text, ContainsSubstring("clientele_model_core_wait_seconds 0\n"));
  }
  CHECK_THAT(metrics.Text(), ContainsSubstring("clientele_model_cores_busy 0\n"));
  handles.clear();
  CHECK_THAT(metrics.Text(), !ContainsSubstring("clientele_model_cores"));
}

}  // namespace
}  // namespace clientele::inference
