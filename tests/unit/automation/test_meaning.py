"""What a diff means: additions and removals, and of a list only the members that differ."""

from automation.change_plan import ChangeAction, DeviceChange
from automation.meaning import meaning, removed_lines

EOS = """\
@@ -12,4 +12,6 @@
 interface Ethernet1
-   switchport trunk allowed vlan 10,2003
+   switchport trunk allowed vlan 10,2001,2003
+vlan 2001
+   name S-1
"""
JUNOS = """\
[edit bridge-domains]
+   nh-S-1 {
+       vlan-id 2001;
+   }
-   nh-S-9 {
-   }
"""


def test_another_member_of_a_list_that_was_there_before_changes_nothing_of_the_meaning() -> None:
    later = EOS.replace("10,2003", "10,2003-2009").replace("10,2001,2003", "10,2001,2003-2009")
    assert meaning(later) == meaning(EOS)
    assert "+ switchport trunk allowed vlan 2001" in meaning(EOS)


def test_line_numbers_and_the_lines_around_a_change_are_no_part_of_it() -> None:
    moved = EOS.replace("@@ -12,4 +12,6 @@", "@@ -99,5 +99,7 @@\n vlan 7").replace(
        "Ethernet1", "Ethernet1\n   mtu 9000"
    )
    assert meaning(moved) == meaning(EOS)


def test_an_empty_list_that_gets_its_first_member_gains_that_member() -> None:
    first = "-   switchport trunk allowed vlan none\n+   switchport trunk allowed vlan 2001\n"
    assert meaning(first) == ("+ switchport trunk allowed vlan 2001",)
    assert removed_lines(first) == 0


def test_a_value_that_changes_is_one_line_gone_and_one_come() -> None:
    assert meaning("-   mtu 1500\n+   mtu 9000\n") == ("+ mtu 9000", "- mtu 1500")
    assert removed_lines("-   mtu 1500\n+   mtu 9000\n") == 1


def test_what_is_removed_is_counted_on_other_platforms_too() -> None:
    assert removed_lines(JUNOS) == 2
    assert removed_lines("-wireless.w0.ssid='x'\n+wireless.w0.ssid='y'") == 1


def test_a_digest_is_bound_to_what_the_diff_means_and_to_nothing_else_of_it() -> None:
    def digest(diff: str) -> str:
        return DeviceChange("sw-1", ChangeAction.ADD, "vlan 2001", diff, ()).digest

    assert digest(EOS) == digest(EOS.replace("@@ -12,4 +12,6 @@", "@@ -1,4 +1,6 @@"))
    assert digest(EOS) != digest(EOS + "-username ada\n")
