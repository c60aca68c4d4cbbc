#include "tools/sample-data/company_files.h"

#include <fstream>
#include <unordered_set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/time/time.h"

#include "common/status/status_macros.h"
#include "tools/sample-data/articles.h"
#include "tools/sample-data/catalog.h"
#include "tools/sample-data/picture.h"

namespace clientele::sample {
namespace {

std::string Money(int64_t pence) { return absl::StrFormat("%d.%02d", pence / 100, pence % 100); }

std::string Rfc3339(int64_t seconds) {
  return absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", absl::FromUnixSeconds(seconds),
                          absl::UTCTimeZone());
}

absl::Status WriteFile(const std::filesystem::path& path, absl::string_view content) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file.write(content.data(), static_cast<std::streamsize>(content.size()));
  file.close();
  if (!file) {
    return absl::UnavailableError(
        absl::StrCat("cannot write ", path.string(), ": check the folder's rights and free space"));
  }
  return absl::OkStatus();
}

std::string CustomersCsv(const Company& company) {
  std::string csv = CsvLine({"customer_id", "display_name", "email", "phone", "language_code",
                             "region", "attribute.segment"});
  for (const Customer& c : company.customers) {
    csv += CsvLine({c.id, c.display_name, c.email, c.phone, c.language_code, c.region, c.segment});
  }
  return csv;
}

std::string ConsentsCsv(const Company& company) {
  std::string csv =
      CsvLine({"customer_id", "purpose", "state", "decision_time", "text_version", "source"});
  for (const Consent& c : company.consents) {
    csv +=
        CsvLine({company.customers[c.customer].id, c.purpose, c.granted ? "granted" : "withdrawn",
                 Rfc3339(c.time_seconds), c.text_version, c.source});
  }
  return csv;
}

std::string ItemsCsv(const Company& company) {
  std::string csv = CsvLine(
      {"item_id", "title", "description", "category", "price", "currency_code", "image_uri"});
  for (const Item& item : company.items) {
    csv += CsvLine({item.id, item.title, item.description, Categories()[item.category].id,
                    Money(item.price_pence), "GBP", absl::StrCat("images/", item.id, ".png")});
  }
  return csv;
}

std::string ArticlesCsv() {
  std::string csv = CsvLine({"article_id", "title", "body", "language_code", "uri", "questions"});
  const auto add = [&csv](const std::vector<ArticleText>& articles, const std::string& language) {
    for (const ArticleText& article : articles) {
      csv += CsvLine(
          {absl::StrCat(article.topic, "-", language), article.title, article.body, language,
           absl::StrCat("https://willowandlark.example/help/", language, "/", article.topic),
           absl::StrJoin(article.questions, "|")});
    }
  };
  add(EnglishArticles(), "en");
  add(ChineseArticles(), "zh");
  return csv;
}

std::string QuestionsCsv() {
  std::string csv = CsvLine({"question", "language_code", "article_id"});
  for (const HeldOutQuestion& question : HeldOutQuestions()) {
    csv += CsvLine(
        {question.question, question.language_code,
         question.topic.empty() ? "" : absl::StrCat(question.topic, "-", question.language_code)});
  }
  return csv;
}

std::string EventsCsv(const Company& company) {
  std::string csv =
      CsvLine({"event_id", "customer_id", "type", "event_time", "item_id", "category", "quantity",
               "amount", "currency_code", "text", "channel", "device", "rating"});
  const auto unless_zero = [](int64_t value) { return value == 0 ? "" : absl::StrCat(value); };
  int64_t number = 0;
  for (const Event& e : company.events) {
    const Item* item = e.item < 0 ? nullptr : &company.items[e.item];
    csv +=
        CsvLine({absl::StrFormat("e%08d", ++number), company.customers[e.customer].id,
                 std::string(EventTypeName(e.type)), Rfc3339(e.time_seconds), item ? item->id : "",
                 item ? Categories()[item->category].id : "", unless_zero(e.quantity),
                 e.amount_pence == 0 ? "" : Money(e.amount_pence), e.amount_pence == 0 ? "" : "GBP",
                 e.text, e.channel, e.device, unless_zero(e.rating)});
  }
  return csv;
}

// Sentences of either language, with their full stops.
std::vector<std::string> SplitSentences(const std::string& text) {
  std::vector<std::string> sentences;
  std::string sentence;
  for (size_t i = 0; i < text.size(); ++i) {
    sentence += text[i];
    const bool latin_end = (text[i] == '.' || text[i] == '!' || text[i] == '?') &&
                           (i + 1 == text.size() || text[i + 1] == ' ');
    if (latin_end || sentence.ends_with("。") || sentence.ends_with("！")) {
      sentences.push_back(sentence);
      sentence.clear();
      while (i + 1 < text.size() && text[i + 1] == ' ') ++i;
    }
  }
  if (!sentence.empty()) sentences.push_back(sentence);
  return sentences;
}

}  // namespace

absl::string_view EventTypeName(EventType type) {
  switch (type) {
    case EventType::kView:
      return "view";
    case EventType::kSearch:
      return "search";
    case EventType::kCart:
      return "cart";
    case EventType::kPurchase:
      return "purchase";
    case EventType::kReturn:
      return "return";
    case EventType::kMessage:
      return "message";
    case EventType::kSocial:
      return "social";
    case EventType::kRating:
      return "rating";
    case EventType::kDevice:
      return "device";
  }
  return "";
}

std::string CsvLine(const std::vector<std::string>& fields) {
  std::string line;
  for (size_t i = 0; i < fields.size(); ++i) {
    if (i > 0) line += ',';
    if (fields[i].find_first_of(",\"\r\n") == std::string::npos) {
      line += fields[i];
      continue;
    }
    line += '"';
    for (const char c : fields[i]) {
      if (c == '"') line += '"';
      line += c;
    }
    line += '"';
  }
  line += '\n';
  return line;
}

std::vector<std::string> TrainingTexts(const Company& company) {
  std::vector<std::string> texts;
  std::unordered_set<std::string> seen;
  const auto add = [&](const std::string& text) {
    if (!text.empty() && seen.insert(text).second) texts.push_back(text);
  };
  for (const auto* articles : {&EnglishArticles(), &ChineseArticles()}) {
    for (const ArticleText& article : *articles) {
      add(article.title);
      for (const std::string& sentence : SplitSentences(article.body)) add(sentence);
      for (const std::string& question : article.questions) add(question);
    }
  }
  // A line with both languages ties their words together.
  for (size_t i = 0; i < EnglishArticles().size(); ++i) {
    const ArticleText& en = EnglishArticles()[i];
    const ArticleText& zh = ChineseArticles()[i];
    add(absl::StrCat(en.title, " ", zh.title));
    for (size_t q = 0; q < en.questions.size(); ++q) {
      add(absl::StrCat(en.questions[q], " ", zh.questions[q]));
    }
  }
  for (const Item& item : company.items) {
    add(item.title);
    add(item.description);
  }
  for (const Event& event : company.events) add(event.text);
  return texts;
}

absl::Status WriteCompany(const Company& company, const std::filesystem::path& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder / "images", error);
  if (error) {
    return absl::UnavailableError(
        absl::StrCat("cannot make ", folder.string(), ": ", error.message()));
  }
  CLIENTELE_RETURN_IF_ERROR(WriteFile(folder / "customers.csv", CustomersCsv(company)));
  CLIENTELE_RETURN_IF_ERROR(WriteFile(folder / "consents.csv", ConsentsCsv(company)));
  CLIENTELE_RETURN_IF_ERROR(WriteFile(folder / "items.csv", ItemsCsv(company)));
  CLIENTELE_RETURN_IF_ERROR(WriteFile(folder / "articles.csv", ArticlesCsv()));
  CLIENTELE_RETURN_IF_ERROR(WriteFile(folder / "questions.csv", QuestionsCsv()));
  CLIENTELE_RETURN_IF_ERROR(WriteFile(folder / "events.csv", EventsCsv(company)));
  CLIENTELE_RETURN_IF_ERROR(
      WriteFile(folder / "texts.txt", absl::StrJoin(TrainingTexts(company), "\n") + "\n"));
  for (const Item& item : company.items) {
    CLIENTELE_ASSIGN_OR_RETURN(const std::vector<uint8_t> png, DrawPng(item));
    CLIENTELE_RETURN_IF_ERROR(
        WriteFile(folder / "images" / (item.id + ".png"),
                  absl::string_view(reinterpret_cast<const char*>(png.data()), png.size())));
  }
  return absl::OkStatus();
}

}  // namespace clientele::sample
