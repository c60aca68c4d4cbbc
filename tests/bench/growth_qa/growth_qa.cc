// How qa-service grows with its articles: a restart with all vectors stored, against a plain read
// of the rows, and a question, against a plain read of the vectors. Articles have one passage of
// 60 words and 256-dimensional vectors, as the starter encoder's. Sizes are 1,000, 10,000 and
// 100,000; others may be named: growth_qa 500 5000.

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <fstream>
#include <memory>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include <malloc.h>
#include <unistd.h>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

#include "common/crypto/cipher.h"
#include "common/idempotency/ledger.h"
#include "common/status/status_macros.h"
#include "common/topk/row_products.h"
#include "services/qa-service/core/answering/answerer.h"
#include "services/qa-service/core/retrieval/index_refresher.h"
#include "services/qa-service/store/articles/pg_article_store.h"
#include "services/qa-service/store/migrations.h"
#include "services/qa-service/store/retrieval/pg_embedding_cache.h"
#include "tests/bench/models/benchmark.h"
#include "tests/bench/models/measure.h"
#include "tests/support/test_database.h"

namespace clientele::qa {
namespace {

constexpr std::size_t kDimension = 256;
constexpr std::size_t kBatch = 500;
constexpr int kQuestions = 40;

std::vector<float> RandomVector(std::mt19937& random) {
  std::normal_distribution<float> normal;
  std::vector<float> vector(kDimension);
  double square = 0;
  for (float& x : vector) {
    x = normal(random);
    square += double{x} * x;
  }
  for (float& x : vector) x = static_cast<float>(x / std::sqrt(square));
  return vector;
}

// Takes no time: what is measured is the rest.
class InstantEmbedder final : public TextEmbedder {
 public:
  std::string model_id() const override { return "bench/1"; }
  absl::StatusOr<EmbeddedTexts> Embed(const RequestContext&,
                                      absl::Span<const std::string> texts) const override {
    EmbeddedTexts embedded{model_id(), {}};
    for (const std::string& text : texts) {
      std::mt19937 random(static_cast<std::uint32_t>(std::hash<std::string>()(text)));
      embedded.rows.push_back(RandomVector(random));
    }
    return embedded;
  }
};

// Words as frequent as in a language: the n-th has a frequency of about 1/n.
std::string RandomWord(std::mt19937& random) {
  std::uniform_real_distribution<double> uniform(0, std::log(20'000.0));
  std::string word;
  for (auto n = static_cast<std::uint32_t>(std::exp(uniform(random))); n > 0; n /= 20) {
    word += "bcdfghklmnprstvwxzqj"[n % 20];
    word += "aeiou"[n % 5];
  }
  return word;
}

std::string RandomText(std::mt19937& random, int words) {
  std::string text;
  for (int i = 0; i < words; ++i) text += (i == 0 ? "" : " ") + RandomWord(random);
  return text;
}

std::size_t ResidentBytes() {
  malloc_trim(0);
  std::ifstream file("/proc/self/statm");
  std::size_t total = 0;
  std::size_t resident = 0;
  file >> total >> resident;
  return resident * static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
}

struct Company {
  explicit Company(std::size_t articles) {
    bench::Require(MigrateSchema(*pool));
    std::mt19937 random(7);
    for (std::size_t first = 0; first < articles; first += kBatch) {
      std::vector<Article> batch;
      for (std::size_t i = first; i < std::min(articles, first + kBatch); ++i) {
        Article article;
        article.id = absl::StrCat("article-", i);
        article.title = RandomText(random, 3);
        article.body = RandomText(random, 60) + ".";
        article.language_code = "en";
        article.create_time = article.update_time = clock->Now();
        bytes += article.title.size() + article.body.size() + kDimension * sizeof(float);
        batch.push_back(std::move(article));
      }
      const auto made = store.CreateMissing(context, {}, batch);
      bench::Require(made.status());
      std::vector<ArticleVectors> vectors;
      for (std::size_t i = 0; i < batch.size(); ++i) {
        const auto revision =
            made->last_revision - made->created_count + 1 + static_cast<std::int64_t>(i);
        vectors.push_back({batch[i].id, revision, {RandomVector(random)}});
      }
      bench::Require(cache.Put(context, EmbeddingKey(embedder.model_id()), vectors));
    }
    bench::Require(pool->Transact(context, [&](postgres::Transaction& t) {
      return t.Execute(postgres::Statement{"qa.analyze", "ANALYZE qa.articles, qa.embeddings"})
          .status();
    }));
  }

  // Every row's bytes come to this process and are taken out of their text form.
  double PlainReadSeconds() {
    constexpr postgres::Statement kPlain{
        "qa.read_plainly",
        "SELECT a.article_id, a.title, a.body, a.revision, e.vectors FROM qa.articles AS a"
        " JOIN qa.embeddings AS e ON e.revision = a.revision"
        " WHERE a.revision > $1 AND a.revision <= $1 + 512"};
    const double start = bench::Seconds(bench::Time::kWall);
    std::size_t read = 0;
    for (std::int64_t after = 0;; after += 512) {
      const std::size_t before = read;
      bench::Require(pool->Transact(context, [&](postgres::Transaction& t) -> absl::Status {
        CLIENTELE_ASSIGN_OR_RETURN(const postgres::Result rows, t.Execute(kPlain, {after}));
        for (const postgres::Row row : rows) {
          read += row.Text(1).size() + row.Text(2).size() + row.Bytes(4).size();
        }
        return absl::OkStatus();
      }));
      if (read == before) break;
    }
    if (read != bytes) bench::Require(absl::InternalError("the plain read read something else"));
    return bench::Seconds(bench::Time::kWall) - start;
  }

  const Clock* clock = SystemClock::Get();
  clientele::testing::TestDatabase database = clientele::testing::TestDatabase::Create();
  std::unique_ptr<postgres::ConnectionPool> pool = database.Pool();
  crypto::Cipher cipher = crypto::Cipher::WithRandomKey();
  Ledger ledger{kSchema, &cipher, clock};
  PgArticleStore store{pool.get(), &ledger, clock};
  PgEmbeddingCache cache{pool.get(), clock};
  InstantEmbedder embedder;
  RequestContext context;
  std::size_t bytes = 0;  // of texts and vectors
};

// What a sum over all vectors takes at least: their bytes are read once.
double ReadSeconds(const std::vector<float>& vectors) {
  static volatile float sink;
  static const std::vector<float> ones(4096, 1.0F);
  std::vector<float> sums(vectors.size() / ones.size());
  const double start = bench::Seconds(bench::Time::kThread);
  // With rows of 4,096 values it is a sum in vector registers.
  topk::RowProducts(vectors, ones, absl::MakeSpan(sums));
  for (const float sum : sums) sink = sink + sum;
  return bench::Seconds(bench::Time::kThread) - start;
}

void MeasureAsk(const IndexRefresher& refresher, const InstantEmbedder& embedder,
                std::size_t articles) {
  const Answerer answerer([&] { return refresher.Snapshot(); }, &embedder, nullptr,
                          SystemClock::Get(), {});
  std::mt19937 random(11);
  const std::vector<float> vectors(articles * kDimension, 0.5F);
  std::vector<double> asked;
  std::vector<double> plain;
  for (int i = 0; i < kQuestions; ++i) {
    const std::string question = RandomText(random, 8) + "?";
    const double start = bench::Seconds(bench::Time::kThread);
    bench::Require(
        answerer.Ask({}, {.text = question, .customer_id = "", .language_code = "en"}).status());
    asked.push_back(bench::Seconds(bench::Time::kThread) - start);
    plain.push_back(ReadSeconds(vectors));
  }
  const double ask = bench::Median(asked);
  const double read = bench::Median(plain);
  bench::Print({.bench = absl::StrCat("qa_ask_", articles, "_articles"),
                .value = 1e3 * ask,
                .unit = "ms",
                .vs = absl::StrCat("plain read of the vectors ", 1e3 * read, " ms"),
                .ratio = ask / read,
                .target = articles >= 100'000 ? "<= 1.5" : ""});

  // Four callers at once, against one: questions share reads of the vectors.
  const auto seconds = [&](int callers) {
    const double start = bench::Seconds(bench::Time::kWall);
    std::vector<std::thread> threads;
    for (int t = 0; t < callers; ++t) {
      threads.emplace_back([&, t] {
        std::mt19937 own(static_cast<std::uint32_t>(100 + t));
        for (int i = 0; i < kQuestions; ++i) {
          const std::string question = RandomText(own, 8) + "?";
          bench::Require(
              answerer.Ask({}, {.text = question, .customer_id = "", .language_code = "en"})
                  .status());
        }
      });
    }
    for (std::thread& thread : threads) thread.join();
    return (bench::Seconds(bench::Time::kWall) - start) / (callers * kQuestions);
  };
  const double alone = seconds(1);
  const double together = seconds(8);
  bench::Print({.bench = absl::StrCat("qa_ask_", articles, "_articles_8_callers"),
                .value = 1 / together,
                .unit = "questions/s",
                .vs = absl::StrCat("1 caller ", 1 / alone, " questions/s"),
                .ratio = alone / together});
}

// Seconds of a restart for each article.
double Measure(std::size_t articles) {
  Company company(articles);
  company.PlainReadSeconds();  // warms the database's cache
  double plain = 1e9;
  double restart = 1e9;
  double plain_cpu = 1e9;  // of this process; the database's is the same for both
  double restart_cpu = 1e9;
  std::size_t before = 0;
  std::unique_ptr<IndexRefresher> made;
  for (int round = 0; round < 3; ++round) {  // the least disturbed one counts
    made.reset();
    double cpu = bench::Seconds(bench::Time::kProcess);
    plain = std::min(plain, company.PlainReadSeconds());
    plain_cpu = std::min(plain_cpu, bench::Seconds(bench::Time::kProcess) - cpu);
    before = ResidentBytes();
    const double start = bench::Seconds(bench::Time::kWall);
    cpu = bench::Seconds(bench::Time::kProcess);
    made = std::make_unique<IndexRefresher>(&company.store, &company.cache, &company.embedder,
                                            company.clock, RefresherOptions());
    do {
      bench::Require(made->RunOnce(company.context));
    } while (made->has_more());
    restart = std::min(restart, bench::Seconds(bench::Time::kWall) - start);
    restart_cpu = std::min(restart_cpu, bench::Seconds(bench::Time::kProcess) - cpu);
  }
  const IndexRefresher& refresher = *made;
  if (refresher.Snapshot()->article_count() != articles) {
    bench::Require(absl::InternalError("articles are missing"));
  }
  const auto memory = static_cast<double>(ResidentBytes() - before);
  bench::Print({.bench = absl::StrCat("qa_restart_", articles, "_articles"),
                .value = restart,
                .unit = "s",
                .vs = absl::StrCat("plain read of the rows ", plain, " s"),
                .ratio = restart / plain,
                .target = articles >= 100'000 ? "<= 3" : ""});
  bench::Print({.bench = absl::StrCat("qa_restart_", articles, "_articles_processor_time"),
                .value = restart_cpu,
                .unit = "s",
                .vs = absl::StrCat("plain read of the rows ", plain_cpu, " s"),
                .ratio = restart_cpu / plain_cpu});
  bench::Print({.bench = absl::StrCat("qa_index_memory_", articles, "_articles"),
                .value = memory / (1 << 20),
                .unit = "MiB",
                .vs = absl::StrCat("vectors and texts ",
                                   static_cast<double>(company.bytes) / (1 << 20), " MiB"),
                .ratio = memory / static_cast<double>(company.bytes),
                .target = articles >= 100'000 ? "<= 1.5" : ""});
  MeasureAsk(refresher, company.embedder, articles);
  return restart / static_cast<double>(articles);
}

}  // namespace
}  // namespace clientele::qa

int main(int argc, char** argv) {
  std::vector<std::size_t> sizes;
  for (int i = 1; i < argc; ++i) {
    std::size_t size = 0;
    if (absl::SimpleAtoi(argv[i], &size) && size > 0) sizes.push_back(size);
  }
  if (sizes.empty()) sizes = {1'000, 10'000, 100'000};
  return clientele::bench::RunBenchmark("growth_qa", [&] {
    std::vector<double> each;
    for (const std::size_t size : sizes) each.push_back(clientele::qa::Measure(size));
    if (each.size() > 1) {
      clientele::bench::Print({.bench = "qa_restart_growth",
                               .value = 1e6 * each.back(),
                               .unit = "us an article",
                               .vs = absl::StrCat("with ", sizes[sizes.size() - 2], " articles ",
                                                  1e6 * each[each.size() - 2], " us"),
                               .ratio = each.back() / each[each.size() - 2],
                               .target = "<= 1.5"});
    }
  });
}
