#ifndef CLIENTELE_COMMON_PAGING_PAGE_BUILDER_H_
#define CLIENTELE_COMMON_PAGING_PAGE_BUILDER_H_

// Pages of a list that fit a message: as many rows as were asked for, fewer when they would
// outgrow it. Whoever lists asks its store for one row more than the page has, so that the
// page knows whether another one follows.
//
//   CLIENTELE_ASSIGN_OR_RETURN(page.items, store_->List(context, after, page_size + 1));
//   if (paging::CutPage(page.items, page_size, BytesOf)) {
//     page.next_page_token = TokenAfter(page.items.back());
//   }
//
// Or row by row, where what is behind the page need not be read:
//
//   paging::PageBudget budget(page_size);
//   for (const Row row : rows) {
//     Item item = ToItem(row);
//     if (!budget.Take(BytesOf(item))) return WithToken(items);
//     items.push_back(std::move(item));
//   }
//
// Sizes are those of the texts, about what the message takes: kMaxPageBytes leaves the rest of
// gRPC's 4 MiB for fields and tags. The first row always fits. Pure, not thread-safe.

#include <cstddef>
#include <vector>

namespace clientele::paging {

inline constexpr std::size_t kMaxPageBytes = std::size_t{2} << 20;
// What a row takes beside its texts.
inline constexpr std::size_t kRowBytes = 128;

class PageBudget {
 public:
  explicit PageBudget(std::size_t rows, std::size_t bytes = kMaxPageBytes)
      : rows_(rows), bytes_(bytes) {}

  // Whether a row of that many bytes still belongs to the page; false ends it.
  bool Take(std::size_t row_bytes) {
    if (ended_ || rows_ == 0 || (!first_ && row_bytes > bytes_)) {
      ended_ = true;
      return false;
    }
    first_ = false;
    rows_ -= 1;
    bytes_ -= row_bytes < bytes_ ? row_bytes : bytes_;
    return true;
  }

 private:
  std::size_t rows_;
  std::size_t bytes_;
  bool first_ = true;
  bool ended_ = false;
};

// Cuts `rows` to a page of at most `page_size` rows; `bytes_of(row)` is the size of one. True
// when any were cut: another page follows.
template <class T, class BytesOf>
bool CutPage(std::vector<T>& rows, std::size_t page_size, const BytesOf& bytes_of,
             std::size_t max_bytes = kMaxPageBytes) {
  PageBudget budget(page_size, max_bytes);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (budget.Take(bytes_of(rows[i]))) continue;
    rows.erase(rows.begin() + static_cast<std::ptrdiff_t>(i), rows.end());
    return true;
  }
  return false;
}

}  // namespace clientele::paging

#endif  // CLIENTELE_COMMON_PAGING_PAGE_BUILDER_H_
