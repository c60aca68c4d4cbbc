#include "services/profile-service/core/identity/nicknames.h"

#include <algorithm>
#include <map>
#include <vector>

#include "common/text/characters.h"

namespace clientele::profile {
namespace {

// The formal name first.
constexpr const char* kGroups[] = {
    "abigail abby gail",
    "abraham abe bram",
    "adelaide addie",
    "agnes aggie nessie",
    "alan al",
    "albert al bert bertie",
    "alexander alex alec sandy sasha xander",
    "alexandra alex sandra sasha lexi",
    "alfred alf alfie fred",
    "alice allie",
    "amanda mandy",
    "andrew andy drew",
    "angela angie",
    "ann annie nan anna anne",
    "anthony tony ant",
    "antonia toni",
    "arthur art artie",
    "barbara barb babs barbie",
    "bartholomew bart",
    "benjamin ben benny benji",
    "bernard bernie",
    "beverley bev",
    "bradley brad",
    "bridget bridie biddy",
    "cameron cam",
    "caroline carrie caro",
    "catherine cathy cath kate",
    "charles charlie chuck chas",
    "charlotte charlie lottie",
    "christina chris tina chrissie",
    "christine chris chrissie",
    "christopher chris kit topher",
    "clifford cliff",
    "constance connie",
    "cynthia cindy",
    "daniel dan danny",
    "david dave davy davey",
    "deborah deb debbie",
    "denise denny",
    "dennis den denny",
    "dominic dom",
    "donald don donnie",
    "dorothy dot dottie dolly",
    "douglas doug",
    "edmund ed eddie ned",
    "edward ed eddie ned ted teddy",
    "edwin ed eddie",
    "eleanor ellie nell nora",
    "elizabeth liz lizzie beth betty eliza bess libby elsie",
    "ellen nell ellie",
    "emily em emmy",
    "eugene gene",
    "evelyn eve evie",
    "florence flo florrie",
    "frances fran franny",
    "francis frank frankie",
    "franklin frank",
    "frederick fred freddie freddy",
    "gabriel gabe",
    "gareth gaz",
    "geoffrey geoff jeff",
    "gerald gerry jerry",
    "gerard gerry",
    "gillian gill jill",
    "gregory greg gregg",
    "harold harry hal",
    "harriet hattie harry",
    "heather hettie",
    "helen nell nellie",
    "henry harry hank hal",
    "herbert herb bert",
    "isaac ike zac",
    "isabella bella izzy isabel",
    "jacob jake",
    "jacqueline jackie",
    "james jim jimmy jamie",
    "jane janey jenny",
    "janet jan",
    "jason jay",
    "jean jeannie",
    "jeffrey jeff",
    "jennifer jen jenny",
    "jeremy jerry jem",
    "jerome jerry",
    "jessica jess jessie",
    "joan joanie",
    "joanna jo joanne",
    "john jack johnny jon",
    "jonathan jon jonny",
    "joseph joe joey jo",
    "josephine jo josie",
    "joshua josh",
    "judith judy jude",
    "julia julie jules",
    "julian jules",
    "katherine kate kathy kath katie kay kitty",
    "kathleen kath kathy",
    "kenneth ken kenny",
    "kimberley kim",
    "lachlan lachie lockie",
    "laurence larry laurie",
    "lawrence larry laurie",
    "leonard len lenny leo",
    "leslie les",
    "lillian lily lil",
    "louis lou louie lewis",
    "louise lou",
    "lucille lucy",
    "lucy lou",
    "madeleine maddie maddy",
    "marcus mark marc",
    "margaret maggie meg peggy marge peg madge greta",
    "martha marty patty",
    "martin marty",
    "mary molly polly mae maria",
    "matilda tilly mattie",
    "matthew matt matty",
    "maurice morrie",
    "maximilian max",
    "megan meg",
    "melanie mel",
    "melissa mel lissa missy",
    "michael mike mick mickey mikey",
    "michelle shelly",
    "mildred millie",
    "mitchell mitch",
    "mohammed mohamed muhammad mohammad mo",
    "nancy nan",
    "natalie nat",
    "natasha tash nat",
    "nathan nate nat",
    "nathaniel nate nat nathan",
    "nicholas nick nicky nic",
    "nicole nicky nikki",
    "olivia liv livvy",
    "oliver ollie",
    "oscar ozzie",
    "pamela pam",
    "patricia pat patty patsy trish tricia",
    "patrick pat paddy rick",
    "peter pete",
    "philip phil pip",
    "phillip phil pip",
    "priscilla cilla",
    "rachel rae",
    "raymond ray",
    "rebecca becky becca bec",
    "reginald reg reggie",
    "richard dick rick ricky rich richie",
    "robert bob bobby rob robbie bert",
    "roberta bobbie",
    "roderick rod roddy",
    "rodney rod",
    "roger rodge",
    "ronald ron ronnie",
    "rosemary rose rosie",
    "russell russ",
    "samantha sam sammy",
    "samuel sam sammy",
    "sandra sandy",
    "sarah sally sadie",
    "sebastian seb bas",
    "sharon shaz",
    "sidney sid",
    "simon si",
    "stanley stan",
    "stephanie steph stevie",
    "stephen steve stevie",
    "steven steve stevie",
    "stuart stu",
    "susan sue susie suzy",
    "susannah sue susie",
    "suzanne sue suzy",
    "sylvia sylvie",
    "tamara tammy",
    "teresa terri tess tessa",
    "terence terry",
    "theodore ted teddy theo",
    "theresa terri tess tessa",
    "thomas tom tommy",
    "timothy tim timmy",
    "valerie val",
    "vanessa nessa",
    "veronica ronnie",
    "victor vic",
    "victoria vicky vic tori",
    "vincent vince vinny",
    "virginia ginny ginger",
    "walter walt wally",
    "wendy wen",
    "wilfred wilf fred",
    "william bill billy will willy liam",
    "winifred winnie freda",
    "zachary zac zach zack",
};

// Sorted by name; a name of several groups has several.
using GroupsOfName = std::multimap<std::u32string, int, std::less<>>;

const GroupsOfName& NicknameGroups() {
  static const GroupsOfName& groups = *[] {
    auto* made = new GroupsOfName;
    int group = 0;
    for (const char* names : kGroups) {
      std::u32string rest = text::Characters(names);
      while (!rest.empty()) {
        const std::size_t end = rest.find(U' ');
        made->emplace(rest.substr(0, end), group);
        rest = end == std::u32string::npos ? U"" : rest.substr(end + 1);
      }
      ++group;
    }
    return made;
  }();
  return groups;
}

const std::vector<std::u32string>& FormalNames() {
  static const std::vector<std::u32string>& names = *[] {
    auto* made = new std::vector<std::u32string>;
    for (const char* group : kGroups) {
      const std::u32string text = text::Characters(group);
      made->push_back(text.substr(0, text.find(U' ')));
    }
    return made;
  }();
  return names;
}

// The part of a Chinese pet form that is of the name: 小明 is Ming as is 阿明, 明明 is Ming twice.
std::u32string_view HanCore(std::u32string_view name) {
  if (name.size() != 2 || !text::IsHanCharacter(name[0])) return name;
  const bool prefixed = name[0] == U'小' || name[0] == U'阿' || name[0] == U'老';
  return prefixed || name[0] == name[1] ? name.substr(1) : name;
}

}  // namespace

bool AreFormsOfOneName(std::u32string_view a, std::u32string_view b) {
  if (a == b) return true;
  const GroupsOfName& groups = NicknameGroups();
  const auto of_a = groups.equal_range(a);
  const auto of_b = groups.equal_range(b);
  for (auto i = of_a.first; i != of_a.second; ++i) {
    for (auto j = of_b.first; j != of_b.second; ++j) {
      if (i->second == j->second) return true;
    }
  }
  const std::u32string_view core = HanCore(a);
  return !core.empty() && text::IsHanCharacter(core[0]) && core == HanCore(b);
}

std::u32string_view FormalName(std::u32string_view name) {
  const auto found = NicknameGroups().find(name);
  if (found != NicknameGroups().end()) {
    return FormalNames()[static_cast<std::size_t>(found->second)];
  }
  return HanCore(name);
}

}  // namespace clientele::profile
